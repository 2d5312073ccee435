/* SPDX-License-Identifier: MIT */
/*
 * Which answer a project asks for where an indicator has several: answers = { ID = "name" } in
 * project.lua. Without it the first that can be had is taken. A prefecture asks for another where
 * the first is there but not whole: receipts without those of dentists, say.
 */
#include "config.h"

#include "core/project/project_private.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

static const json_t *answers_of(const json_t *config)
{
    return json_object_get(config, "answers");
}

int shy_project_read_answers(const json_t *config, struct shihyo_error *err)
{
    const char *id;
    json_t *name;
    json_object_foreach((json_t *)answers_of(config), id, name)
    {
        if (!json_is_string(name))
            return shy_fail(err, SHY_E_PROJECT_INVALID,
                            _("answers must give the name of an answer for '%s'."), id);
    }
    return 0;
}

const char *shy_project_answer(const struct shy_project *p, const char *id)
{
    return json_string_value(json_object_get(answers_of(p->config), id));
}

static bool has_answer(const struct shy_definition *d, const char *name)
{
    for (size_t i = 0; i < d->answer_count; i++)
        if (d->answers[i].name != NULL && strcmp(d->answers[i].name, name) == 0)
            return true;
    return false;
}

/* The names an error offers: of the definition's answers, or the ids of all definitions. */
static int fail_unknown(const struct shy_plan *plan, const struct shy_definition *d,
                        const char *wanted, const char *id, struct shihyo_error *err)
{
    size_t count = d != NULL ? d->answer_count : shy_plan_definition_count(plan), known = 0;
    const char **names = shy_alloc(count + 1, sizeof *names);
    if (names == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        names[known] = d != NULL ? d->answers[i].name : shy_plan_definition(plan, i)->id;
        known += names[known] != NULL;
    }
    int code = d == NULL ? shy_fail(err, SHY_E_PROJECT_INVALID,
                                    _("answers names the indicator '%s', which no pack of the "
                                      "project has."),
                                    id)
                         : shy_fail(err, SHY_E_PROJECT_INVALID,
                                    _("The indicator '%s' has no answer '%s'."), id, wanted);
    for (size_t i = 0; d != NULL && i < known; i++)
        shy_hint(err, "'%s'", names[i]);
    if (d == NULL)
        shy_nearest(err, id, names, known);
    shy_free(names);
    return code;
}

int shy_project_check_answers(const struct shy_project *p, const struct shy_plan *plan,
                              struct shihyo_error *err)
{
    const char *id;
    json_t *name;
    json_object_foreach((json_t *)answers_of(p->config), id, name)
    {
        const struct shy_definition *d = shy_plan_find(plan, id);
        if (d != NULL && has_answer(d, json_string_value(name)))
            continue;
        int code = fail_unknown(plan, d, json_string_value(name), id, err);
        char *path = shy_os_join(p->directory, "project.lua");
        if (path != NULL)
            shy_at(err, path, 0, 0);
        shy_free(path);
        return code;
    }
    return 0;
}
