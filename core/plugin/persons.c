/* SPDX-License-Identifier: MIT */
/*
 * Tables about persons. A plugin's sentence, hint or line of the log may hold a person's number or
 * name, and nobody can tell by looking at it: the text may have been put together anywhere. So
 * while such a table is read no free text of a plugin goes on. What does is a sentence of the
 * core's by the error's code, and the place: file, row, column.
 */
#include "core/plugin/persons.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/contract/core_contracts.h"

struct sentence {
    enum shy_code code;
    const char *text;
};

static const struct sentence sentences[] = {
    {SHY_E_OS, N_("The operating system refused an operation on a file.")},
    {SHY_E_NOMEM, N_("There is not enough memory.")},
    {SHY_E_CANCELLED, N_("Stopped.")},
    {SHY_E_OVERFLOW, N_("A number does not fit in 64 bits.")},
    {SHY_E_FILE_NOT_FOUND, N_("A file that should be read is not there.")},
    {SHY_E_FILE_IO, N_("A file could not be read.")},
    {SHY_E_ENCODING, N_("Bytes are not valid in the file's encoding.")},
    {SHY_E_CSV_QUOTE, N_("A quoted field is never closed, or text follows its closing quote.")},
    {SHY_E_CSV_NUL, N_("The text file holds a NUL byte.")},
    {SHY_E_CSV_LIMIT, N_("A record is longer, or has more fields, than allowed.")},
    {SHY_E_CSV_FIELDS, N_("A line has more or fewer fields than it should.")},
    {SHY_E_ARCHIVE, N_("A zip archive is damaged, protected by a password, or lacks a file.")},
    {SHY_E_XLSX_NOT, N_("The file is not an xlsx workbook.")},
    {SHY_E_XLSX_DAMAGED, N_("The workbook is damaged or cut off.")},
    {SHY_E_XLSX_SHEET, N_("The workbook lacks the sheet asked for.")},
    {SHY_E_NUMBER, N_("A cell that should hold a number does not.")},
    {SHY_E_PERIOD, N_("A cell that should name a date or period does not.")},
    {SHY_E_AREA_CODE, N_("A cell that should hold an area code does not, or its check digit is "
                         "wrong.")},
    {SHY_E_HEADER_MISSING, N_("A column that should be in the table is not.")},
    {SHY_E_HEADER_TWICE, N_("A column is in the table twice.")},
    {SHY_E_LAYOUT, N_("The table does not have the layout it should have.")},
    {SHY_E_CONTRACT_VALUE, N_("A value breaks the contract's constraint.")},
    {SHY_E_CONTRACT_NULL, N_("A column that must have a value has none.")},
    {SHY_E_CONTRACT_KEY, N_("An earlier row has the same key.")},
    {SHY_E_CLAIM_UNKNOWN, N_("Lines belong to a claim that is not in the delivery.")},
    {SHY_E_PLUGIN_LIMIT, N_("The plugin met a limit of size, time or memory.")},
};

/* Errors about options and the files they name: said before any row is read. */
static const enum shy_code before_rows[] = {
    SHY_E_NOMEM,         SHY_E_FILE_NOT_FOUND, SHY_E_ENCODING_UNKNOWN,
    SHY_E_CSV_DELIMITER, SHY_E_OPTION_UNKNOWN, SHY_E_OPTION_MISSING,
    SHY_E_OPTION_TYPE,   SHY_E_OPTION_NO_FILE, SHY_E_LAYOUT_COLUMN,
};

static bool offer_is_of_persons(const struct shihyo_offer *offer)
{
    if (offer->person_level != 0)
        return true;
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, offer->contract) == 0)
            return shy_core_contracts[i]->person_level;
    }
    return false;
}

bool shy_persons_offered(const struct shihyo_plugin *plugin, bool any)
{
    for (const struct shihyo_offer *const *o = plugin->capabilities->offers; *o != NULL; o++) {
        if (offer_is_of_persons(*o) || (any && strcmp((*o)->contract, "*") == 0))
            return true;
    }
    return false;
}

/* Errors --------------------------------------------------------------------------------- */

bool shy_persons_before_rows(uint32_t code)
{
    for (size_t i = 0; i < sizeof before_rows / sizeof before_rows[0]; i++) {
        if (code == (uint32_t)before_rows[i])
            return true;
    }
    return false;
}

static const char *sentence_of(uint32_t code)
{
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if (code == (uint32_t)sentences[i].code)
            return _(sentences[i].text);
    }
    return _("The plugin could not read the table.");
}

/* A file that is not there, or a column that is not the contract's, may be a cell. So may be the
 * name of a sheet: records of cases have one for each person. */
void shy_persons_veil(const struct shy_contract *contract, struct shihyo_error *said)
{
    const char *text = sentence_of(said->code);
    shy_copy_text(said->message, sizeof said->message, text, strlen(text));
    said->hint[0] = said->value[0] = said->sheet[0] = '\0';
    if (!shy_os_exists(said->file))
        said->file[0] = '\0';
    if (contract == NULL || shy_contract_column(contract, said->column_name) < 0)
        said->column_name[0] = '\0';
    shy_hint(said, _("The plugin's own words are not shown, since the table may be about persons: "
                     "look at the place named, or try with test data."));
}

/* The log -------------------------------------------------------------------------------- */

/* Of the process and not of the thread: a plugin may log from a thread of its own. */
static _Atomic int readings;
static _Atomic int64_t withheld;

void shy_persons_begin(bool persons)
{
    if (persons)
        (void)atomic_fetch_add(&readings, 1);
}

void shy_persons_end(bool persons, const char *source)
{
    if (!persons || atomic_fetch_sub(&readings, 1) != 1)
        return;
    int64_t count = atomic_exchange(&withheld, 0);
    if (count > 0)
        shy_log(SHIHYO_LOG_INFO,
                _("Source '%s': %lld lines of the plugin are not in the log, since it reads a "
                  "table about persons."),
                source, (long long)count);
}

bool shy_persons_withhold(void)
{
    if (atomic_load(&readings) == 0)
        return false;
    (void)atomic_fetch_add(&withheld, 1);
    return true;
}
