/* A diagnosis: what was asked becomes a Service or one connection, and the table of looks goes over it. */
#include "doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "doctor/patient.h"

static const struct {
	const char *name;
	void (*look)(struct patient *patient);
} looks[] = {
#define LOOK_ROW(id, help) { #id, look_##id },
	LOOKS(LOOK_ROW)
#undef LOOK_ROW
};

static const struct doctor_look_row rows[] = {
#define LOOK_HELP(id, help) { #id, help },
	LOOKS(LOOK_HELP)
#undef LOOK_HELP
	{ NULL, NULL },
};

const struct doctor_look_row *
doctor_looks(void)
{
	return rows;
}

/* The same command, or the same field of the same object, was found already. */
static bool
found_before(const struct diagnosis *diagnosis, size_t which)
{
	const struct finding *finding = &diagnosis->findings.v[which];

	for (size_t i = 0; i < which; i++) {
		const struct finding *other = &diagnosis->findings.v[i];
		bool same = strcmp(finding->kind, other->kind) == 0 &&
			strcmp(finding->namespace, other->namespace) == 0 && strcmp(finding->name, other->name) == 0 &&
			strcmp(finding->field, other->field) == 0;

		if (strcmp(finding->command, other->command) == 0 && (finding->command[0] || same))
			return true;
	}
	return false;
}

static void
forget_repeated(struct diagnosis *diagnosis, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < diagnosis->findings.n; i++) {
		diagnosis->findings.v[kept] = diagnosis->findings.v[i];
		kept += !found_before(diagnosis, kept);
	}
	diagnosis->findings.n = kept;
}

void
patient_look(struct patient *patient)
{
	struct diagnosis *diagnosis = patient->diagnosis;

	for (size_t i = 0; i < LOOK_COUNT; i++) {
		size_t before = diagnosis->findings.n;

		patient->order = i;
		looks[i].look(patient);
		for (size_t j = before; j < diagnosis->findings.n; j++) {
			if (!diagnosis->findings.v[j].look)
				diagnosis->findings.v[j].look = looks[i].name;
		}
		forget_repeated(diagnosis, before);
	}
}

static bool
comes_before(const struct finding *a, const struct finding *b)
{
	return a->met != b->met ? a->met : a->order < b->order;
}

/* What a failed connection came by stands first, then the order of causes, then the order in which they were found. */
static void
sort_findings(struct diagnosis *diagnosis)
{
	for (size_t i = 1; i < diagnosis->findings.n; i++) {
		struct finding finding = diagnosis->findings.v[i];
		size_t at = i;

		for (; at && comes_before(&finding, &diagnosis->findings.v[at - 1]); at--)
			diagnosis->findings.v[at] = diagnosis->findings.v[at - 1];
		diagnosis->findings.v[at] = finding;
	}
}

/* ---- what was asked ---- */

struct words {
	bool service;
	const char *namespace, *name;
	uint16_t port;	/* 0: none was said */
};

static uint16_t
port_of(const struct service *service, const char *word)
{
	for (size_t i = 0; service && i < service->nports; i++) {
		if (service->ports[i].name && strcmp(service->ports[i].name, word) == 0)
			return service->ports[i].port;
	}
	return (uint16_t)strtoul(word, NULL, 10);
}

/* The namespace that has a Service of that name, when only one has. */
static const char *
only_namespace(const struct cluster *cluster, const char *name)
{
	size_t n, found = 0;
	const struct object *const *services = store_list(cluster->server.store, kind_by_kind("Service"), NULL, &n);
	const char *namespace = NULL;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(services[i]->name, name) == 0) {
			namespace = services[i]->namespace;
			found++;
		}
	}
	return found == 1 ? namespace : NULL;
}

/* [svc/][NS/]NAME[:PORT], unless it is one of the other forms that trace takes. */
static void
words_read(struct cluster *cluster, const struct doctor_request *request, struct arena *arena, struct words *words)
{
	static const char *const others[] = { "lb/", "pod/", "deploy/", "deployment/", "http://", "https://" };
	const char *text = request->to, *slash, *colon;
	bool said = str_starts(text, "svc/") || str_starts(text, "service/");
	struct ip ip;

	*words = (struct words){ .service = true };
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		words->service = words->service && !str_starts(text, others[i]);
	if (!words->service)
		return;
	text = said ? strchr(text, '/') + 1 : text;
	slash = strchr(text, '/');
	words->namespace = slash ? arena_strndup(arena, text, (size_t)(slash - text)) : request->namespace;
	text = slash ? slash + 1 : text;
	colon = strrchr(text, ':');
	words->name = colon ? arena_strndup(arena, text, (size_t)(colon - text)) : text;
	if (!words->namespace)
		words->namespace = only_namespace(cluster, words->name);
	if (!words->namespace)
		words->namespace = "default";
	if (colon) {
		const struct object *object =
			store_get(cluster->server.store, kind_by_kind("Service"), words->namespace, words->name);

		words->port = port_of(object ? service_view(object) : NULL, colon + 1);
		if (!said && !slash && !object)
			words->service = false;
	}
	if (!said && (ip_parse(words->name, &ip) || text[0] == '['))
		words->service = false;
}

/* One connection as it was written; the Service is the one that its end turns out to belong to. */
static int
examine_connection(struct cluster *cluster, const struct doctor_request *request, struct diagnosis *diagnosis,
	struct err *err)
{
	struct patient patient;
	const struct trace *trace;
	const struct object *service = NULL;
	int failed;

	patient_init(&patient, cluster, diagnosis, "", "");
	failed = patient_try(
		&patient, request->to, request->from, request->protocol_given ? &request->protocol : NULL, err);
	patient_release(&patient);
	if (failed)
		return -1;
	trace = &diagnosis->connections.v[0]->trace;
	if (trace->walk.to.family != IP_NONE)
		service = walk_service(&cluster->world, &trace->walk);
	if (service)
		patient_init(&patient, cluster, diagnosis, service->namespace, service->name);
	patient.first = 0;
	patient.asked = service ? trace->walk.port : 0;
	if (diagnosis->failed)
		patient_look(&patient);
	patient_release(&patient);
	return 0;
}

static int
examine_service(struct cluster *cluster, const struct doctor_request *request, const struct words *words,
	struct diagnosis *diagnosis, struct err *err)
{
	struct patient patient;
	int failed = 0;

	diagnosis->name = arena_printf(&diagnosis->arena, "%s/%s", words->namespace, words->name);
	patient_init(&patient, cluster, diagnosis, words->namespace, words->name);
	patient.asked = words->port;
	patient.from = request->from;
	if (patient.service)
		failed = patient_connect(&patient, err);
	if (!failed && (!patient.service || diagnosis->failed))
		patient_look(&patient);
	patient_release(&patient);
	return failed;
}

int
doctor_run(struct cluster *cluster, const struct doctor_request *request, struct diagnosis *diagnosis, struct err *err)
{
	struct words words;
	int failed;

	memset(diagnosis, 0, sizeof *diagnosis);
	world_sync(&cluster->world);
	diagnosis->name = arena_strdup(&diagnosis->arena, request->to);
	words_read(cluster, request, &diagnosis->arena, &words);
	failed = words.service ? examine_service(cluster, request, &words, diagnosis, err)
		: examine_connection(cluster, request, diagnosis, err);
	if (failed) {
		diagnosis_release(diagnosis);
		return -1;
	}
	sort_findings(diagnosis);
	return 0;
}

void
diagnosis_release(struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->connections.n; i++)
		trace_release(&diagnosis->connections.v[i]->trace);
	vec_release(&diagnosis->connections);
	vec_release(&diagnosis->findings);
	arena_release(&diagnosis->arena);
	memset(diagnosis, 0, sizeof *diagnosis);
}
