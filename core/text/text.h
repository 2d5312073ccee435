/* SPDX-License-Identifier: MIT */
/*
 * Text in. The services that plugins get (struct shihyo_text_services) are these functions; see
 * plugin.h for what each does. csv.h, workbook.h, normalise.h and header.h have the parts.
 */
#ifndef SHY_TEXT_H
#define SHY_TEXT_H

#include <shihyo/plugin.h>

/* The table handed to plugins; static. */
const struct shihyo_text_services *shy_text_services(void);

#endif
