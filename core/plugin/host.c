/* SPDX-License-Identifier: MIT */
/* The services that plugins get, other than text and builders. */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/plugin/internal.h"
#include "core/plugin/persons.h"
#include "core/text/text.h"

enum shy_code shy_status_code(int status)
{
    switch (status) {
    case SHIHYO_NOT_FOUND:
        return SHY_E_FILE_NOT_FOUND;
    case SHIHYO_IO:
        return SHY_E_FILE_IO;
    case SHIHYO_PARSE:
    case SHIHYO_DATA:
        return SHY_E_LAYOUT;
    case SHIHYO_LIMIT:
        return SHY_E_PLUGIN_LIMIT;
    case SHIHYO_NOMEM:
        return SHY_E_NOMEM;
    case SHIHYO_UNSUPPORTED:
        return SHY_E_PLUGIN_UNSUPPORTED;
    case SHIHYO_CANCELLED:
        return SHY_E_CANCELLED;
    default:
        break;
    }
    /* A host service's own code, handed on. */
    if (status >= 1000 && strcmp(shy_code_name(status), "UNKNOWN") != 0)
        return (enum shy_code)status;
    return SHY_E_PLUGIN_DEFECT;
}

int shy_code_status(int code)
{
    switch (code) {
    case 0:
        return SHIHYO_OK;
    case SHY_E_NOMEM:
        return SHIHYO_NOMEM;
    case SHY_E_CONTRACT_UNKNOWN:
    case SHY_E_CONTRACT_COLUMN:
    case SHY_E_OPTION_NO_FILE:
        return SHIHYO_NOT_FOUND;
    case SHY_E_OVERFLOW:
    case SHY_E_CONTRACT_VALUE:
        return SHIHYO_DATA;
    case SHY_E_OS:
    case SHY_E_FILE_IO:
        return SHIHYO_IO;
    default:
        return SHIHYO_INTERNAL;
    }
}

/* status 0 would make a failure look like success to the plugin's caller: it becomes a defect. */
static int host_error(struct shihyo_error *err, int status, uint32_t code, const char *format, ...)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    char text[sizeof filled.message * 2];
    va_list args;
    if (code == 0 || strcmp(shy_code_name((int)code), "UNKNOWN") == 0)
        code = shy_status_code(status == SHIHYO_OK ? SHIHYO_INTERNAL : status);
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, _(format), args);
    va_end(args);
    (void)shy_fail(&filled, (enum shy_code)code, "%s", length < 0 ? "" : text);
    shy_error_give(err, &filled);
    return status == SHIHYO_OK ? SHIHYO_INTERNAL : status;
}

static void host_hint(struct shihyo_error *err, const char *format, ...)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    char text[sizeof filled.hint];
    va_list args;
    if (err == NULL)
        return;
    memcpy(&filled, err, err->struct_size < sizeof filled ? err->struct_size : sizeof filled);
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, _(format), args);
    va_end(args);
    shy_hint(&filled, "%s", length < 0 ? "" : text);
    shy_error_give(err, &filled);
}

static void host_log(int level, const char *plugin, const char *format, ...)
{
    char text[1024];
    va_list args;
    if (shy_persons_withhold())
        return;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, _(format), args);
    va_end(args);
    if (level < SHIHYO_LOG_ERROR || level > SHIHYO_LOG_DEBUG)
        level = SHIHYO_LOG_DEBUG;
    shy_log((enum shihyo_log_level)level, "%s: %s", plugin == NULL ? "?" : plugin,
            length < 0 ? "" : text);
}

static int host_cancelled(void)
{
    return shy_os_cancelled() ? 1 : 0;
}

/* The literal name comes first, because files of ministries and prefectures do have brackets in
 * their names. */
static int host_each_file(const char *pattern, int (*visit)(void *arg, const char *path), void *arg,
                          struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    struct shy_paths found = {0};
    if (shy_os_exists(pattern) && !shy_os_is_directory(pattern))
        return visit(arg, pattern);
    int code = shy_os_glob(pattern, &found, &filled);
    if (code == 0 && found.count == 0) {
        code = shy_fail(&filled, SHY_E_OPTION_NO_FILE, _("No file is there that '%s' names."),
                        pattern);
        shy_hint(&filled,
                 _("Relative paths begin at the project's folder; * and ? stand for parts of "
                   "a file's name."));
    }
    if (code != 0)
        shy_error_give(err, &filled);
    int status = shy_code_status(code);
    for (size_t i = 0; status == 0 && i < found.count; i++)
        status = visit(arg, found.items[i]);
    shy_paths_free(&found);
    return status;
}

/* The struct is the source's own, so that a builder can tell from the address which source it
 * belongs to. */
void shy_host_init(struct shy_host_context *context, struct shy_source *source)
{
    *context = (struct shy_host_context){
        .host =
            {
                SHIHYO_ABI_INIT(struct shihyo_host),
                .version = PACKAGE_VERSION,
                .error = host_error,
                .log = host_log,
                .hint = host_hint,
                .cancelled = host_cancelled,
                .text = shy_text_services(),
                .builder = &shy_builder_services,
                .each_file = host_each_file,
            },
        .source = source,
    };
}

static struct shy_host_context common;

static void init_common(void)
{
    shy_host_init(&common, NULL);
}

const struct shihyo_host *shy_plugin_host(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, init_common);
    return &common.host;
}
