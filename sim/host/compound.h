/* Loops, choices, functions and tests: each runs one kind of tree (parse.h) and returns its status. */
#ifndef HOST_COMPOUND_H
#define HOST_COMPOUND_H

#include "host/run.h"

int compound_for(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_while(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_if(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_case(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_function(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_arithmetic(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_count(struct shell *shell, const struct tree *tree, const struct streams *streams);
int compound_condition(struct shell *shell, const struct tree *tree, const struct streams *streams);

#endif
