/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/report/report_private.h"

int shy_show(struct shy_results *results, const struct shy_value_filter *filter,
             const struct shy_show_options *options, FILE *out, struct shihyo_error *err)
{
    switch (options->format) {
    case SHY_FORMAT_CSV:
        return shy_show_csv(results, filter, options, out, err);
    case SHY_FORMAT_JSON:
        return shy_show_json(results, filter, out, err);
    case SHY_FORMAT_TABLE:
        break;
    }
    return shy_show_table(results, filter, options, out, err);
}
