# SPDX-License-Identifier: Apache-2.0
#
# Included by both ports: the files of VMOTE_APP, relative to firmware/, as app_sources.
include(${CMAKE_CURRENT_LIST_DIR}/${VMOTE_APP}/app.cmake)
set(app_sources app/card.c app/conclude.c app/decide.c app/led.c app/model.c app/record.c app/sense.c app/window.c)
foreach(file IN LISTS APP_SOURCES)
  list(APPEND app_sources app/${VMOTE_APP}/${file})
endforeach()
foreach(name IN LISTS APP_FEATURES)
  list(APPEND app_sources features/${name}.c)
endforeach()
list(APPEND app_sources app/slots.c)
