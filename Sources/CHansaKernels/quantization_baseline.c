#define HANSA_VARIANT baseline
#include "quantization_table.h"

#include "quantization_body.h"
