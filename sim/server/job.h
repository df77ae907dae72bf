/* What CronJobs' templates share with Jobs. */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H

#include "server/podspec.h"

void job_policy_defaults(struct arena *arena, struct value *spec);	/* of podFailurePolicy */
void job_spec_validate(struct status *status, const struct value *spec, const struct place *path);

/* server/job_policy.c: podFailurePolicy and successPolicy */
void job_policies_validate(struct status *status, const struct value *spec, const struct place *path);

#endif
