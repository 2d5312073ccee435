/* SPDX-License-Identifier: MIT */
/*
 * What a plugin says while it reads a table about persons, and how much of it goes on
 * (docs/plugin-api.md, "Tables about persons"). Thread-safe.
 */
#ifndef SHY_PLUGIN_PERSONS_H
#define SHY_PLUGIN_PERSONS_H

#include "core/plugin/internal.h"

/* Whether one of the plugin's offers is about persons, by its own word or the contract's; with
 * any, also whether it may be, since the options name the contract ("*"). */
bool shy_persons_offered(const struct shihyo_plugin *plugin, bool any);

/* Whether an error of this code is about options and files, which are known without any row. */
bool shy_persons_before_rows(uint32_t code);
/* Puts the core's sentence in the place of the plugin's. contract may be NULL. */
void shy_persons_veil(const struct shy_contract *contract, struct shihyo_error *said);

/* Around each call of a plugin that may have rows of persons in hand. While one such call is going
 * on, lines that plugins log are counted instead; the last end tells the number. */
void shy_persons_begin(bool persons);
void shy_persons_end(bool persons, const char *source);
/* 1: do not log; the line was counted. */
bool shy_persons_withhold(void);

#endif
