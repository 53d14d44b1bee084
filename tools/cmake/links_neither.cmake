# cmake -DPROGRAMS=<programs> -P links_neither.cmake: fails when one of them links gRPC or RocksDB.
if(NOT PROGRAMS)
  message(FATAL_ERROR "no program to look at")
endif()
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${PROGRAMS} RESOLVED_DEPENDENCIES_VAR libraries)
list(FILTER libraries INCLUDE REGEX "/lib(grpc|rocksdb)")
if(libraries)
  message(FATAL_ERROR "linked by a program that is for ThreadSanitizer: ${libraries}")
endif()
