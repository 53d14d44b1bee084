// What jemalloc looks for under this name (jemalloc(3), TUNING). `MALLOC_CONF` in the environment
// overrides it.
//
// thp, metadata_thp: memory comes in huge pages where programs may ask for them. Each page of 4 KiB
// that is touched for the first time costs a virtual machine 15 us, and a command touched one in
// three: a sixth of its CPU (tools/bench/FIGURES.md, "Memory in huge pages").
//
// background_thread: memory that was given back goes to the system after 10 s also while nobody
// asks for any: a server at rest keeps a hundred MiB less.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,metadata_thp:always,thp:always";
}
