"""Mutation tests: does a test fail when one token of `lib/` is changed?

`make mutants` changes 200 tokens of `lib/`, drawn with a seed, one at a time, and runs the tests that can
reach the changed module, nearest first, in a copy of the project. It prints each change that no test
noticed and fails below 95% noticed. Run `make test` first: a test that fails anyway notices everything.

mutmut was tried (3.8) and set aside: it changes only bodies of functions that have no decorator, not
the constants, dataclass fields and cached answers of which `catalog` and `answers` consist; it draws no
sample; and to learn which tests reach what, it first writes every mutant and runs the whole suite.
"""
