/* SPDX-License-Identifier: MIT */
/* The files of docs/kdb.md's default layout. */
#ifndef SHY_SYNTH_FILES_H
#define SHY_SYNTH_FILES_H

#include "core/synth/truth.h"

/* The registers of persons and of care; counts persons, links and discharges. */
int shy_synth_write_registers(struct shy_synth_truth *truth, const char *directory,
                              struct shihyo_error *err);
/* Institutions, care offices, insurers. */
int shy_synth_write_lists(struct shy_synth_truth *truth, const char *directory,
                          struct shihyo_error *err);
/* What is delivered in a month: its care, and the late receipts of earlier care. room and cells are
 * the thread's. Adds the lines written to *lines. */
int shy_synth_write_month(struct shy_synth_truth *truth, const char *directory, int32_t month,
                          struct shy_synth_month *room, struct shy_synth_cells *cells,
                          int64_t *lines, struct shihyo_error *err);
/* project.lua, the tables of areas, README.md. directory: the project. */
int shy_synth_write_project(const struct shy_synth_world *world, const char *directory,
                            struct shihyo_error *err);

#endif
