# SPDX-License-Identifier: Apache-2.0
#
# Included by both runtimes: from `known`, what `runtime` has, and from VMOTE_OPERATORS makes `linked`, the operators of
# this image.
set(VMOTE_OPERATORS "ALL" CACHE STRING "Builtin operators to link, or ALL")
if(VMOTE_OPERATORS STREQUAL "ALL")
  set(linked ${known})
else()
  set(linked ${VMOTE_OPERATORS})
  list(REMOVE_DUPLICATES linked)
  foreach(name IN LISTS linked)
    if(NOT name IN_LIST known)
      list(JOIN known " " names)
      message(FATAL_ERROR "VMOTE_OPERATORS names ${name}, which ${runtime} does not have. It has: ${names}")
    endif()
  endforeach()
endif()
