#ifndef HANSA_CDNNL_SHIM_H
#define HANSA_CDNNL_SHIM_H

// oneDNN's C interface. Its header with OpenMP's functions is not installed everywhere, so the one that is called is
// declared here.
#include <oneapi/dnnl/dnnl.h>

// How many threads the parallel loops of the calling thread use from now on.
extern void omp_set_num_threads(int count);

#endif
