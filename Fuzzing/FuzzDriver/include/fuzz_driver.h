#pragma once
#include <stddef.h>
#include <stdint.h>

/* Runs libFuzzer's own loop with the program's arguments: it reads the flags and calls `examine` with each input. */
int hansa_fuzz(int (*examine)(const uint8_t *bytes, size_t count));
