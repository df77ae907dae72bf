/* The subverbs of apply. */
#ifndef KUBECTL_VERB_APPLY_H
#define KUBECTL_VERB_APPLY_H

#include "api/value.h"
#include "kubectl/kubectl.h"

extern const struct verb verb_apply_edit_last, verb_apply_set_last, verb_apply_view_last;

/* The merge patch that sets the last-applied annotation, and nothing else. */
struct value *applied_annotation_patch(struct arena *arena, const char *text);

#endif
