/* SPDX-License-Identifier: MIT */
/* Shared by the files of core/project. */
#ifndef SHY_PROJECT_PRIVATE_H
#define SHY_PROJECT_PRIVATE_H

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/project/project.h"
#include "core/store/segments.h"

/* As deep as the compiler lets indicators use each other. */
enum { SHY_USES_DEEPEST = 65 };

/* What a mapping or layout file of a source's options evaluates to, for shy_options_check. */
int shy_project_read_lua(const char *path, json_t **out, struct shihyo_error *err);

/* The project's plugins, made on first use. */
int shy_project_plugins(struct shy_project *p, struct shy_plugins **out, struct shihyo_error *err);

/* Answers that project.lua asks for by name. read: each must be a text. check: their indicators and
 * names must be there. NULL where it asks for none. */
int shy_project_read_answers(const json_t *config, struct shihyo_error *err);
int shy_project_check_answers(const struct shy_project *p, const struct shy_plan *plan,
                              struct shihyo_error *err);
const char *shy_project_answer(const struct shy_project *p, const char *id);

/* From now on only the project's own sources are read from the store. */
int shy_project_read_own(const struct shy_project *p, struct shy_store *store,
                         struct shihyo_error *err);

/* The project's rows of persons for the native engine; count 0 where the store has none. Ends with
 * shy_store_close_partitions. */
int shy_project_open_partitions(const struct shy_project *p, struct shy_partitions *out,
                                struct shihyo_error *err);

/* The store as a dataset: tables are read once and kept until closed. store NULL = no rows; else it
 * is lent and must stay open as long. SHY_E_CONTRACT_KEY where two sources give one key. */
struct shy_store_data;
int shy_store_data_new(struct shy_store *store, struct shy_store_data **out,
                       struct shihyo_error *err);
void shy_store_data_free(struct shy_store_data *d);
struct shy_dataset shy_store_dataset(struct shy_store_data *d);
/* The rows of the table's contract are those of the table, which is taken over, also on failure. */
int shy_store_data_give(struct shy_store_data *d, struct shy_table *table,
                        struct shihyo_error *err);

/* The places that the rows of a dataset make as of a date; without populations only for looking
 * them over. *out is freed by shy_areas_free. */
int shy_project_areas(const struct shy_catalogue *catalogue, const struct shy_dataset *dataset,
                      int32_t as_of, bool population, struct shy_areas **out,
                      struct shy_problems *problems, struct shihyo_error *err);
/* Warns of municipalities of the prefecture ("00": of any) that lie in no area of one of the sets.
 */
int shy_project_omitted(const struct shy_areas *areas, const char *prefecture,
                        const char *const *sets, size_t count, struct shy_problems *problems,
                        struct shihyo_error *err);

/* What the sources whose rows are in the store offer: freed with shy_offers_free. */
struct shy_offers {
    struct shy_offer *items;
    size_t count, capacity;
    struct shy_arena arena;
};
int shy_project_offers(struct shy_project *p, struct shy_store *store,
                       const struct shy_catalogue *catalogue, struct shy_offers *out,
                       struct shihyo_error *err);
void shy_offers_free(struct shy_offers *o);

/* Directory of a pack: a path (with a slash, relative to base) or an id looked for in
 * SHIHYO_PACK_PATH and the install directory. shy_free'd by the caller. */
int shy_pack_directory(const char *name, const char *base, char **out, struct shihyo_error *err);

struct shy_session {
    struct shy_project *project; /* NULL = none */
    const char *base;            /* where paths of packs begin */
    struct shy_catalogue *catalogue;
    struct shy_pack **packs;
    size_t pack_count, pack_capacity;
    char **places; /* real paths of the packs' folders */
    bool *named;   /* the caller's own, not only depended on */
    size_t place_capacity, named_capacity;
    struct shy_plan *plan;
    struct shy_logic_models logic;
    struct shy_store *store;          /* NULL = nothing imported yet */
    struct shy_store_data *data;      /* of shy_session_data */
    char targets_hash[SHY_HASH_TEXT]; /* of the rows of `targets`; "" = none were made */
    struct shy_offers offers;
    struct shy_choice *choices; /* one per definition; of those only used by others too */
    bool *asked;                /* by definition: its cells are wanted, not only its value */
    const char **area_sets;
    size_t area_set_count;
    struct shy_period *periods; /* asked for; none = all there are */
    size_t period_count;
    int32_t as_of;           /* the day whose areas results are for */
    struct shy_text command; /* what was asked, for the run's record */
    struct shy_lock lock;    /* of the project, if locked */
    bool locked;
    const char *engine; /* as in the options */
    int threads;
    void (*progress)(void *arg, double share);
    void *progress_arg;
};

/* The project's targets as rows: offered where there are any; made where a choice wants them. */
int shy_target_rows_offer(struct shy_session *s, struct shihyo_error *err);
int shy_target_rows_give(struct shy_session *s, struct shy_store_data *data,
                         struct shihyo_error *err);

/* The functions of all packs of a session, called by their full names (PACK#n). */
struct shy_functions shy_session_functions(struct shy_session *s);

/* NULL, and SHY_E_SOURCE_UNKNOWN with the nearest names, where the project has none of this name.
 */
const struct shy_project_source *
shy_project_source_named(const struct shy_project *p, const char *name, struct shihyo_error *err);

/* The project's areas and populations as of its date, from the rows of dataset; freed with
 * shy_areas_free. */
int shy_session_areas(const struct shy_session *s, const struct shy_dataset *dataset,
                      struct shy_areas **out, struct shy_problems *problems,
                      struct shihyo_error *err);

/* Notes on every value that reads care and medical receipts how many persons of the care register
 * in its area could not be linked. */
int shy_note_unlinked(struct shy_session *s, const struct shy_areas *areas,
                      struct shy_result *result, struct shihyo_error *err);

/* Warns of code lists that do not have all codes of the time, where values show it: looks at cells
 * as they come, and reports when all were seen. s and data must stay. */
struct shy_span_notes;
int shy_span_notes_new(const struct shy_session *s, const struct shy_dataset *data,
                       struct shy_span_notes **out, struct shihyo_error *err);
int shy_span_notes_look(struct shy_span_notes *t, const struct shy_result *cells,
                        struct shihyo_error *err);
int shy_span_notes_report(const struct shy_span_notes *t, struct shy_problems *problems,
                          struct shihyo_error *err);
void shy_span_notes_free(struct shy_span_notes *t);

#endif
