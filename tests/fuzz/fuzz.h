/* fuzz.h - a fuzz target: one file tests/fuzz/NAME.c with one entry, and a first input or more in
 * tests/fuzz/corpus/NAME/.  Run: ./dev fuzz SECONDS NAME
 *
 * A target feeds the bytes to the function under test and states with assert what holds for any
 * input: that the result is one of those documented, that writing and reading again agree.
 */
#pragma once

#include "core/str.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
