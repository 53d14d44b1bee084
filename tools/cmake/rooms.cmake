# billing_room(<name> SOURCES … [DEPENDS …]): the library billing_<name>, one per folder,
# sources listed. Includes are from the root of the tree.
add_library(billing_warnings INTERFACE)
target_compile_options(billing_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wswitch-enum -Wno-missing-field-initializers -Werror)

function(billing_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(billing_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(billing_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(billing_${name} PUBLIC ${ROOM_DEPENDS} PRIVATE billing_warnings)
endfunction()

# billing_program(<name> SOURCES … [DEPENDS …]): a program, put into <build>/bin.
function(billing_program name)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${PROGRAM_DEPENDS} billing_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# All programs that are for ThreadSanitizer; their tests have the label tsan.
add_custom_target(tsan_tests)

# billing_test(<name> [UNDER_TSAN] SOURCES … [DEPENDS …]): a GoogleTest program, run by ctest as
# one test. UNDER_TSAN: it links neither gRPC nor RocksDB, which ThreadSanitizer cannot see into.
function(billing_test name)
  cmake_parse_arguments(TEST "UNDER_TSAN" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${TEST_DEPENDS} GTest::gmock GTest::gtest_main
                                        billing_warnings)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  if(TEST_UNDER_TSAN)
    set_tests_properties(${name} PROPERTIES LABELS tsan)
    add_dependencies(tsan_tests ${name})
    set_property(GLOBAL APPEND PROPERTY BILLING_TSAN_PROGRAMS $<TARGET_FILE:${name}>)
  endif()
endfunction()
