# SPDX-License-Identifier: Apache-2.0
#
# Cross-compiling with GNU Arm Embedded, for the core in VMOTE_CORE.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # there is no system to link a test program against
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES VMOTE_CORE)

find_program(VMOTE_ARM_GCC arm-none-eabi-gcc REQUIRED)
set(CMAKE_C_COMPILER ${VMOTE_ARM_GCC})

set(flags_cortex-m0+ "-mcpu=cortex-m0plus -mfloat-abi=soft")
set(flags_cortex-m4f "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard")
set(flags_cortex-m7 "-mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard")
if(NOT DEFINED flags_${VMOTE_CORE})
  message(FATAL_ERROR "VMOTE_CORE is '${VMOTE_CORE}', expected one of: cortex-m0+ cortex-m4f cortex-m7")
endif()

# -ffp-contract=off: one rounding an operation, so that the Python twins agree to the bit.
set(CMAKE_C_FLAGS_INIT
    "-mthumb ${flags_${VMOTE_CORE}} -ffunction-sections -fdata-sections -fno-common -ffp-contract=off -fno-strict-aliasing")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g" CACHE STRING "The optimisation of every image")
# C++ is what TensorFlow Lite Micro is written in.
set(CMAKE_CXX_FLAGS_INIT "${CMAKE_C_FLAGS_INIT}")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g" CACHE STRING "The optimisation of every image")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
