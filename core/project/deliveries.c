/* SPDX-License-Identifier: MIT */
/* The deliveries in a project's store: listing them, removing one. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/project/project_private.h"
#include "core/store/segments.h"

int shy_project_each_delivery(struct shy_project *p,
                              int (*visit)(void *arg, const struct shy_delivery *delivery),
                              void *arg, struct shihyo_error *err)
{
    struct shy_store *store;
    const struct shy_delivery *list;
    size_t count;
    /* Before the first import there is no store, and there are no deliveries. */
    if (!shy_os_exists(p->store_path))
        return 0;
    SHY_TRY(shy_store_open(p->store_path, SHY_STORE_READ, &store, err));
    int code = shy_store_deliveries(store, &list, &count, err);
    for (size_t i = 0; i < count && code == 0; i++) {
        if (visit(arg, &list[i]) != 0)
            code = shy_fail_nomem(err);
    }
    shy_store_close(store);
    return code;
}

int shy_project_remove_delivery(struct shy_project *p, int64_t number, struct shihyo_error *err)
{
    struct shy_store *store;
    struct shy_lock lock;
    if (!shy_os_exists(p->store_path)) {
        (void)shy_fail(err, SHY_E_DELIVERY_UNKNOWN, _("There is no delivery of number %lld."),
                       (long long)number);
        shy_hint(err, _("Nothing was imported yet."));
        return SHY_E_DELIVERY_UNKNOWN;
    }
    SHY_TRY(shy_os_lock(p->lock_path, "shihyo import --remove", &lock, err));
    int code = shy_store_open(p->store_path, SHY_STORE_WRITE, &store, err);
    if (code == 0) {
        code = shy_store_remove_delivery(store, number, err);
        shy_store_close(store);
    }
    shy_os_unlock(&lock);
    return code;
}
