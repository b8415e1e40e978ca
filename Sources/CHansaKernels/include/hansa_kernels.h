#ifndef HANSA_KERNELS_H
#define HANSA_KERNELS_H
#endif
