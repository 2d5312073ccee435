/* SPDX-License-Identifier: MIT */
#ifndef SHY_SYNTH_NUMBERS_H
#define SHY_SYNTH_NUMBERS_H

#include <stdint.h>

/* A delivered person number, ten digits. number: 0 before 75, 1 after, 2 of care. */
char *shy_synth_put_person(char *at, uint32_t index, unsigned number);

#endif
