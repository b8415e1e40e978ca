#include "hansa_kernels.h"
