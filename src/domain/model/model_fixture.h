/* model_fixture.h - documents for the tests of this folder. */
#pragma once

#include "core/buf.h"
#include "domain/model/folder.h"

#define FIXTURE_SHOP "src/domain/model/fixtures/shop"

/* Text of a file below the top of the source tree; fails the test when there is none. */
Str fixture_file(Arena *a, const char *path);
/* A model that is read without any error; fails the test otherwise. */
const ModelVersion *fixture_model(Arena *a, Str yaml);

/* One file of a folder that a test writes; text NULL takes the file away. */
typedef struct FixtureFile {
    const char *path, *text;
} FixtureFile;
/* Copies the shop to a new folder, with some files changed. */
Str  fixture_folder(Arena *a, const FixtureFile *changes, size_t n);
void fixture_folder_remove(Str dir);
void fixture_write(Arena *a, Str dir, const char *path, Str text);

bool fixture_has(const Diagnostics *d, DiagnosticLevel level, const char *code, const char *file,
                 uint32_t line);
Str  fixture_print(const Diagnostics *d);

/* Is this code among the samples of model_refusal_test.c? */
bool fixture_refusal_covers(const char *code);
