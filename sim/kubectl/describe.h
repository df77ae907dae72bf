/*
 * The pages of kubectl describe: one function a kind, lines of "Title:\tvalue" in levels of two blanks, aligned at the
 * end.
 */
#ifndef KUBECTL_DESCRIBE_H
#define KUBECTL_DESCRIBE_H

#include "api/object.h"
#include "kubectl/kubectl.h"

struct describe {
	struct kubectl *kubectl;
	bool events;		/* --show-events */
	struct str text;	/* not aligned yet */
	struct str out;
};

struct describer {
	const char *kind;
	void (*describe)(struct describe *page, const struct object *object);
};

void describe_object(struct describe *page, const struct object *object);	/* appends to page->out */

/* "fmt" behind two blanks a level; tabs part the columns. */
void describe_line(struct describe *page, unsigned level, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* What was written so far is aligned for itself. */
void describe_flush(struct describe *page);
/* "a=b" lines below each other, sorted; <none>. */
void describe_labels(struct describe *page, const char *title, const struct value *labels);
void describe_annotations(struct describe *page, const char *title, const struct value *annotations);
/* Name, Namespace, Labels, Annotations */
void describe_meta(struct describe *page, const struct object *object);
void describe_events(struct describe *page, const struct object *object);
/* "Mon, 23 Nov 2026 04:17:28 +0000" */
const char *describe_time(struct arena *arena, const char *timestamp);
const char *describe_age(struct arena *arena, const struct describe *page, const char *timestamp);
/* The owner with controller: true, as Kind/name; NULL. */
const char *describe_controller(struct arena *arena, const struct object *object);
/* The maps of a list sorted by a text of theirs, stably, in an array that the caller frees. */
const struct value **describe_sorted(const struct value *list, const char *key);
const char *describe_text(const struct value *map, const char *key, const char *otherwise);

/* describe_service.c */
void describe_service(struct describe *page, const struct object *object);
void describe_endpoints(struct describe *page, const struct object *object);
void describe_slice(struct describe *page, const struct object *object);
/* The ready endpoints behind a port of a Service, three of them. */
void describe_backends(struct describe *page, const char *namespace, const char *service, const char *port,
	struct str *out);
/* describe_container.c */
/* "Title:" and the containers with their statuses; pod NULL: those of a template. */
void describe_containers(struct describe *page, const char *title, const struct value *containers,
	const struct value *statuses, const struct object *pod);
void describe_seccomp(struct describe *page, unsigned level, const struct value *context);	/* a securityContext; NULL */
/* describe_pod.c */
void describe_pod(struct describe *page, const struct object *object);
/* A template's labels, containers, volumes .., below "Pod Template:". */
void describe_pod_template(struct describe *page, const struct value *template);
/* describe_workload.c */
void describe_deployment(struct describe *page, const struct object *object);
void describe_replicaset(struct describe *page, const struct object *object);
void describe_daemonset(struct describe *page, const struct object *object);
void describe_statefulset(struct describe *page, const struct object *object);
void describe_job(struct describe *page, const struct object *object);
void describe_cronjob(struct describe *page, const struct object *object);
void describe_budget(struct describe *page, const struct object *object);
/* describe_network.c */
void describe_ingress(struct describe *page, const struct object *object);
void describe_ingressclass(struct describe *page, const struct object *object);
void describe_networkpolicy(struct describe *page, const struct object *object);
/* describe_autoscaler.c */
void describe_autoscaler(struct describe *page, const struct object *object);
/* describe_node.c */
void describe_node(struct describe *page, const struct object *object);
void describe_namespace(struct describe *page, const struct object *object);
/* describe_config.c */
void describe_configmap(struct describe *page, const struct object *object);
void describe_secret(struct describe *page, const struct object *object);
/* Scopes, and what is used of what; level 0: as a page of its own, 1: below a Namespace. */
void describe_quota_lines(struct describe *page, unsigned level, const struct object *quota);
void describe_quota(struct describe *page, const struct object *object);
void describe_serviceaccount(struct describe *page, const struct object *object);
void describe_generic(struct describe *page, const struct object *object);

#endif
