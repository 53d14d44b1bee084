# Everything comes from Debian 12 by package name (tools/packages.txt). Versions are
# asserted here: a rule of ours may rest on what one version does.
function(billing_require what found version wanted package)
  if(NOT found)
    message(FATAL_ERROR "${what} is missing: apt-get install ${package}")
  endif()
  if(version VERSION_LESS wanted)
    message(FATAL_ERROR "${what} ${version} is older than ${wanted}: apt-get install ${package}")
  endif()
endfunction()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} is older than 12: apt-get install g++")
endif()

# Libraries in which much time is spent are linked as archives. Each call into a shared one goes by
# a table, and what it keeps for each thread it looks up by a call of its own: that was 7 % of a
# command and 18 % of an audit (tools/bench/FIGURES.md). With sanitizers they stay shared.
if(BILLING_SANITIZE)
  set(BILLING_ROCKSDB RocksDB::rocksdb-shared)
else()
  set(BILLING_ROCKSDB RocksDB::rocksdb)
endif()

# For targets whose package knows the shared library only.
function(billing_link_archive)
  foreach(target IN LISTS ARGN)
    set(found FALSE)
    foreach(location IMPORTED_LOCATION IMPORTED_LOCATION_NONE IMPORTED_LOCATION_RELEASE)
      get_target_property(shared ${target} ${location})
      if(shared)
        string(REGEX REPLACE "\\.so[0-9.]*$" ".a" archive "${shared}")
        if(NOT EXISTS "${archive}")
          message(FATAL_ERROR "${archive} is missing: it comes with the -dev package of ${shared}")
        endif()
        set_target_properties(${target} PROPERTIES ${location} "${archive}")
        set(found TRUE)
      endif()
    endforeach()
    if(NOT found)
      message(FATAL_ERROR "nobody says where the library of ${target} is")
    endif()
  endforeach()
endfunction()

find_package(Threads REQUIRED)
find_package(Protobuf QUIET)
billing_require("Protocol Buffers" "${Protobuf_FOUND}" "${Protobuf_VERSION}" 3.21
                "libprotobuf-dev protobuf-compiler")
find_package(gRPC CONFIG QUIET)
billing_require("gRPC" "${gRPC_FOUND}" "${gRPC_VERSION}" 1.51
                "libgrpc++-dev protobuf-compiler-grpc")
find_package(absl CONFIG QUIET)
billing_require("Abseil" "${absl_FOUND}" "20220623" 20220623 "libabsl-dev")
find_package(RocksDB CONFIG QUIET)
billing_require("RocksDB" "${RocksDB_FOUND}" "${RocksDB_VERSION}" 7.8.3 "librocksdb-dev")
find_package(PkgConfig REQUIRED)
# The archive, not the shared library: what that keeps for each thread it looks up by a call each
# time memory is asked for or given back.
pkg_check_modules(jemalloc QUIET jemalloc)
billing_require("jemalloc" "${jemalloc_FOUND}" "${jemalloc_VERSION}" 5.3 "libjemalloc-dev")
find_library(BILLING_JEMALLOC libjemalloc_pic.a HINTS ${jemalloc_LIBDIR})
billing_require("libjemalloc_pic.a" "${BILLING_JEMALLOC}" 1 1 "libjemalloc-dev")
find_package(OpenSSL QUIET)
billing_require("OpenSSL" "${OPENSSL_FOUND}" "${OPENSSL_VERSION}" 3.0 "libssl-dev")
find_package(spdlog CONFIG QUIET)
billing_require("spdlog" "${spdlog_FOUND}" "${spdlog_VERSION}" 1.10 "libspdlog-dev")
find_package(CLI11 CONFIG QUIET)
billing_require("CLI11" "${CLI11_FOUND}" "${CLI11_VERSION}" 2.1 "libcli11-dev")
find_package(tomlplusplus CONFIG QUIET)
billing_require("toml++" "${tomlplusplus_FOUND}" "${tomlplusplus_VERSION}" 3.3
                "libtomlplusplus-dev")
pkg_check_modules(httplib QUIET IMPORTED_TARGET cpp-httplib)
billing_require("cpp-httplib" "${httplib_FOUND}" "${httplib_VERSION}" 0.11
                "libcpp-httplib-dev pkg-config")
pkg_check_modules(prometheus QUIET IMPORTED_TARGET prometheus-cpp-core)
billing_require("prometheus-cpp" "${prometheus_FOUND}" "${prometheus_VERSION}" 1.0
                "prometheus-cpp-dev pkg-config")
find_package(nlohmann_json CONFIG QUIET)
billing_require("JSON for Modern C++" "${nlohmann_json_FOUND}" "${nlohmann_json_VERSION}" 3.11
                "nlohmann-json3-dev")
find_package(benchmark CONFIG QUIET)
billing_require("Google Benchmark" "${benchmark_FOUND}" "${benchmark_VERSION}" 1.7
                "libbenchmark-dev")
if(BILLING_TESTS)
  find_package(GTest CONFIG QUIET)
  billing_require("GoogleTest" "${GTest_FOUND}" "${GTest_VERSION}" 1.12
                  "libgtest-dev libgmock-dev")
endif()

# google/rpc and google/type, and the health service: Debian's own copies.
set(BILLING_GOOGLEAPIS /usr/share/gocode/src/github.com/gogo/googleapis)
if(NOT EXISTS ${BILLING_GOOGLEAPIS}/google/rpc/error_details.proto)
  message(FATAL_ERROR
          "google/rpc protos are missing: apt-get install golang-github-gogo-googleapis-dev")
endif()
set(BILLING_GRPC_PROTO /usr/share/grpc-proto)
if(NOT EXISTS ${BILLING_GRPC_PROTO}/grpc/health/v1/health.proto)
  message(FATAL_ERROR "grpc/health protos are missing: apt-get install grpc-proto")
endif()

if(NOT BILLING_SANITIZE)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  set(shared_of_abseil)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(target MATCHES "^absl::" AND type STREQUAL "SHARED_LIBRARY")
      list(APPEND shared_of_abseil ${target})
    endif()
  endforeach()
  billing_link_archive(protobuf::libprotobuf gRPC::grpc++ gRPC::grpc gRPC::gpr gRPC::upb
                       gRPC::address_sorting ${shared_of_abseil})
endif()
