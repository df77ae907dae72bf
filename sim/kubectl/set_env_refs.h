/* What the variables of a container refer to, for `kubectl set env --list`. */
#ifndef KUBECTL_SET_ENV_REFS_H
#define KUBECTL_SET_ENV_REFS_H

#include "api/value.h"
#include "kubectl/kubectl.h"

struct env_place {		/* where a variable stands */
	const struct kubectl *kubectl;
	const struct value *object, *container;
};

/* "configmap web, key mode" */
void env_ref_describe(const struct value *from, struct str *out);
/* What a valueFrom stands for; false: out says why it can't be told. */
bool env_ref_resolve(const struct env_place *place, const struct value *from, struct str *out);

#endif
