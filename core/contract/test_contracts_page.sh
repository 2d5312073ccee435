#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/contracts.md says what the contracts say.
page=${srcdir:-.}/docs/contracts.md
core/contract/print_contracts | diff -u "$page" - && exit 0
echo "docs/contracts.md is out of date: make update-contracts"
exit 1
