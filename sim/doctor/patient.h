/*
 * What the looks of the doctor share: the Service in question with the pods behind it, the connections that were tried, and how a
 * finding is written down.  Private to sim/doctor.
 */
#ifndef DOCTOR_PATIENT_H
#define DOCTOR_PATIENT_H

#include "doctor/doctor.h"

struct patient {
	struct cluster *cluster;
	struct diagnosis *diagnosis;
	const char *namespace, *name;	/* of the Service */
	const struct service *service;	/* NULL: there is none of that name */
	uint16_t asked;			/* the port in the request; 0: all */
	const char *from;		/* of the request; NULL */
	const struct object **pods;	/* live ones that the selector matches */
	size_t npods, nready;
	size_t first;			/* its connections begin here */
	size_t order;			/* of the look that looks */
};

/* id, what it looks for; in the order of causes: what comes first explains what comes later */
#define LOOKS(X) \
	X(missing, "the Service is not there, or has another name or namespace") \
	X(node, "a node whose kubelet is silent, or that is down") \
	X(kube_proxy, "kube-proxy is stopped on a node, so its rules are old") \
	X(names, "CoreDNS: its pods, its Service, its Corefile, or a policy in front of it") \
	X(external_name, "an externalName that is no name, or that nobody knows") \
	X(quota, "a quota that keeps the pods from being made") \
	X(replicas, "a workload that is scaled to zero") \
	X(selector, "a selector that matches no pod; the nearest labels are shown") \
	X(namespace, "the pods are in another namespace") \
	X(unready, "pods that are not ready, and why") \
	X(endpoints, "EndpointSlices made by hand that are missing or stale") \
	X(target_port, "a targetPort, by number, name or protocol, where nothing listens") \
	X(port, "a port that the Service doesn't offer") \
	X(policy, "a NetworkPolicy that isolates one of the two ends") \
	X(firewall, "a rule of a node's own that stops the packet") \
	X(traffic_policy, "traffic policy Local on a node without a ready pod") \
	X(source_ranges, "loadBalancerSourceRanges without the sender") \
	X(balancer, "type LoadBalancer without anybody who gives addresses") \
	X(loopback, "a node port asked on 127.0.0.1 in a mode that doesn't answer there") \
	X(type, "an address that means something only inside the cluster")
enum look {
#define LOOK_ENUM(id, help) LOOK_##id,
	LOOKS(LOOK_ENUM)
#undef LOOK_ENUM
	LOOK_COUNT
};
#define LOOK_DECLARE(id, help) void look_##id(struct patient *patient);
LOOKS(LOOK_DECLARE)
#undef LOOK_DECLARE

/* A patient of that name: the Service and its pods are read, nothing is tried yet. */
void patient_init(struct patient *patient, struct cluster *cluster, struct diagnosis *diagnosis, const char *namespace,
	const char *name);
void patient_release(struct patient *patient);
/* Tries the connections that fit the Service; -1: a word of from makes no sense. */
MUST_CHECK int patient_connect(struct patient *patient, struct err *err);
/* One more connection; from NULL: the default sender. */
MUST_CHECK int patient_try(struct patient *patient, const char *to, const char *from, const enum protocol *protocol,
	struct err *err);
void patient_look(struct patient *patient);	/* all looks, when a connection failed */
bool patient_failed(const struct patient *patient);

/* The next failed path of its connections; *i and *path begin with 0.  NULL at the end. */
const struct walk *patient_failed_path(const struct patient *patient, size_t *i, size_t *path,
	const struct connection **connection);
/* The pod that sends on the first failed connection from a pod; NULL. */
const struct pod *patient_sender(const struct patient *patient);
/* A failed connection has that to say of the Service's field (a cause's field). */
const struct walk *patient_blamed(
	const struct patient *patient, const char *field, const struct connection **connection);

/*
 * A finding about an object.  Filled in by the caller with texts of the diagnosis' arena; the same command twice is one
 * finding.  NULL then.
 */
struct finding *finding_add(struct patient *patient, const struct object *object, const char *field);
/* About one that is not there; kind is a constant. */
struct finding *finding_add_named(struct patient *patient, const char *kind, const char *namespace, const char *name,
	const char *field);
void PRINTF_LIKE(3, 4) finding_text(struct patient *patient, struct finding *finding, const char *fmt, ...);
void PRINTF_LIKE(3, 4) finding_value(struct patient *patient, struct finding *finding, const char *fmt, ...);
void PRINTF_LIKE(3, 4) finding_command(struct patient *patient, struct finding *finding, const char *fmt, ...);

/* " -n NS", or "" for default. */
const char *patient_n(const struct patient *patient, const char *namespace);
/* Labels as "a=b,c=d" in the arena. */
const char *patient_labels(const struct patient *patient, const struct value *labels);
/* The same without those that a controller made up for its pods. */
const char *patient_own_labels(const struct patient *patient, const struct value *labels);
bool patient_is_made_up(const char *label);
/* The workload at the top of an object's owners, itself when it has none. */
const struct object *patient_workload(const struct patient *patient, const struct object *object);
/* "deployment/web": as kubectl takes it. */
const char *patient_word(const struct patient *patient, const struct object *object);
/* "Deployment web" */
const char *patient_called(const struct patient *patient, const struct object *object);

/* nearest.c: how well labels fit a selector, 0: not at all. */
int nearest_fit(const struct value *selector, const struct value *labels);

#endif
