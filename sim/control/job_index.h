/*
 * The indexes of an Indexed Job: sets of them as text ("0-2,5"), the index of a pod, and failures counted for each
 * index (pkg/controller/job: indexed_job_utils.go).
 */
#ifndef CONTROL_JOB_INDEX_H
#define CONTROL_JOB_INDEX_H

#include "api/view.h"
#include "svcsim/str.h"

#define JOB_INDEX_KEY "batch.kubernetes.io/job-completion-index"
#define JOB_INDEX_FAILURES "batch.kubernetes.io/job-index-failure-count"
#define JOB_INDEX_IGNORED "batch.kubernetes.io/job-index-ignored-failure-count"

/* Adds those below n; text may be NULL. */
void job_indexes_read(const char *text, bool *set, int64_t n);
/* Appends them; how many there are. */
int64_t job_indexes_write(const bool *set, int64_t n, struct str *text);
/* -1: it has none, or one that isn't below n. */
int64_t job_index_of(const struct object *pod, int64_t n);
/* How often the index had failed when the pod was made; 0 without the annotation.  key: one of the two above. */
int64_t job_index_count(const struct object *pod, const char *key);

/* Annotation, label, host name and variable of a pod that is being made, in arena. */
void job_index_put(struct arena *arena, const struct object *job, struct value *pod, int64_t index);

#endif
