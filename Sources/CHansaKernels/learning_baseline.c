#include "variant.h"

#define HANSA_VARIANT baseline
#include "learning_body.h"
