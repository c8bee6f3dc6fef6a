/* refused: conversion */
#include "core/base.h"

int narrow(int64_t v);

int narrow(int64_t v)
{
    return v;
}
