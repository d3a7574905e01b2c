# What daicho's own tests, examples and benchmarks share: warnings, sanitizers, every adapter found, Asio compiled once.

# ccache when it is here; its options let it keep what is compiled with a precompiled header, and serve every checkout.
find_program(DAICHO_CCACHE ccache)
mark_as_advanced(DAICHO_CCACHE)
if(DAICHO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${DAICHO_CCACHE}
    )
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

add_library(daicho_plain INTERFACE)
target_compile_options(daicho_plain INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-missing-field-initializers)
if(DAICHO_WERROR)
    target_compile_options(daicho_plain INTERFACE -Werror)
endif()
target_link_libraries(daicho_plain INTERFACE daicho::daicho)
foreach(adapter IN LISTS daicho_ADAPTERS_FOUND)
    target_link_libraries(daicho_plain INTERFACE daicho::${adapter})
endforeach()

add_library(daicho_own INTERFACE)
target_link_libraries(daicho_own INTERFACE daicho_plain)
if(DAICHO_SANITIZE)
    list(JOIN DAICHO_SANITIZE "," sanitizers)
    target_compile_options(daicho_own INTERFACE -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(daicho_own INTERFACE -fsanitize=${sanitizers})
    if("address" IN_LIST DAICHO_SANITIZE AND "undefined" IN_LIST DAICHO_SANITIZE)
        # A third of the build for what cannot be missed: the address sanitizer stops at a null or wild access anyway, and the
        # only casts between pointers are from bytes to characters, which have no alignment.
        target_compile_options(daicho_own INTERFACE -fno-sanitize=null,alignment,vptr,object-size)
    endif()
    if("thread" IN_LIST DAICHO_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(daicho_own INTERFACE -Wno-error=tsan)  # Asio uses atomic_thread_fence
    endif()
endif()

# Boost.Asio and Boost.Beast are compiled once here; a user of daicho may go header-only.
add_library(daicho_separate STATIC EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/test/separate.cpp)
target_compile_definitions(daicho_separate PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(daicho_separate PUBLIC daicho_own)

# daicho_usable(<out> <sources...>): the sources whose adapters are all here; says which it leaves out, and why.
function(daicho_usable out)
    set(usable ${ARGN})
    if(daicho_ADAPTERS_MISSING AND usable)
        execute_process(
            COMMAND sh ${PROJECT_SOURCE_DIR}/.cmake/needs "${PROJECT_SOURCE_DIR}/include" "${daicho_ADAPTERS_MISSING}" ${usable}
            OUTPUT_VARIABLE lacking OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY
        )
        string(REPLACE "\n" ";" lacking "${lacking}")
        set(skipped "")
        foreach(line IN LISTS lacking)
            string(REGEX MATCH "^([^ ]+) (.+)$" line "${line}")
            set(file "${CMAKE_MATCH_1}")
            set(why "${CMAKE_MATCH_2}")
            list(REMOVE_ITEM usable "${file}")
            cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
            list(APPEND skipped "${file} (no ${why})")
        endforeach()
        list(JOIN skipped ", " skipped)
        if(skipped)
            message(STATUS "daicho: SKIPPED ${skipped}")
        endif()
    endif()
    set(${out} ${usable} PARENT_SCOPE)
endfunction()
