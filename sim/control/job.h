/* What a Job's conditions and policies say. */
#ifndef CONTROL_JOB_H
#define CONTROL_JOB_H

#include "api/view.h"

/* Its condition of that type when that is True; NULL. */
const struct value *job_condition(const struct object *job, const char *type);
const struct value *job_finished(const struct object *job);	/* Complete or Failed */

enum job_policy {
	JOB_POLICY_COUNT,	/* a failure like any; also without a policy */
	JOB_POLICY_IGNORE,
	JOB_POLICY_FAIL,	/* of the whole Job */
	JOB_POLICY_FAIL_INDEX,	/* of its index, with backoffLimitPerIndex */
};
/* What spec.podFailurePolicy says to a pod that failed; message, when not NULL and the Job fails, is why, in arena. */
enum job_policy job_policy_of(struct arena *arena, const struct object *job, const struct object *pod, const char **message);
/* How often containers of a pod that is not finished were restarted in place; 0 when the template doesn't say OnFailure. */
int64_t job_restarts(const struct object *job, const struct object *pod);
/* The message of the rule of spec.successPolicy that is met, in arena; NULL.  done: by index, whether it has succeeded. */
const char *job_success_policy(struct arena *arena, const struct object *job, const bool *done, int64_t completions);

#endif
