/*
 * kubectl explain: the fields of a kind, read from the schema's tables.  The layout follows
 * k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl; the sentences are our own (explain_text.def), and a field
 * without one has what the template prints for a schema without descriptions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/kind.h"
#include "api/structural.h"
#include "kubectl/failures.h"
#include "kubectl/resource_args.h"
#include "kubectl/verb_list.h"

#define ENUM_SHOWN 4		/* in a list of fields; the others become ", ...." */
#define FIELD_WIDTH 76
#define TYPE_MAX 128
#define OBJECT_META "meta.v1.ObjectMeta"

static const struct flag explain_flags[] = {
	{ "api-version", 0, FLAG_STRING, "", NULL, NULL, "Group and version of the kind." },
	{ "output", 'o', FLAG_STRING, "plaintext", NULL, "plaintext,plaintext-openapiv2", "plaintext or plaintext-openapiv2." },
	{ "recursive", 0, FLAG_BOOL, "false", "true", NULL, "Show the names of all fields below, without sentences." },
	FLAGS_END,
};
static const struct flag *const explain_tables[] = { explain_flags, NULL };

/* The Go types that are marked +enum, with their values in order. */
static const struct enumeration {
	const char *go, *values;
} enumerations[] = {
	{ "v1.AddressType", "FQDN,IPv4,IPv6" },
	{ "v1.AppArmorProfileType", "Localhost,RuntimeDefault,Unconfined" },
	{ "v1.CompletionMode", "Indexed,NonIndexed" },
	{ "v1.ConcurrencyPolicy", "Allow,Forbid,Replace" },
	{ "v1.DNSPolicy", "ClusterFirst,ClusterFirstWithHostNet,Default,None" },
	{ "v1.DaemonSetUpdateStrategyType", "OnDelete,RollingUpdate" },
	{ "v1.DeploymentStrategyType", "Recreate,RollingUpdate" },
	{ "v1.HostPathType", "\"\",BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket" },
	{ "v1.IPFamilyPolicy", "PreferDualStack,RequireDualStack,SingleStack" },
	{ "v1.MountPropagationMode", "Bidirectional,HostToContainer,None" },
	{ "v1.NamespacePhase", "Active,Terminating" },
	{ "v1.NodeInclusionPolicy", "Honor,Ignore" },
	{ "v1.NodePhase", "Pending,Running,Terminated" },
	{ "v1.NodeSelectorOperator", "DoesNotExist,Exists,Gt,In,Lt,NotIn" },
	{ "v1.PathType", "Exact,ImplementationSpecific,Prefix" },
	{ "v1.PersistentVolumeClaimPhase", "Bound,Lost,Pending" },
	{ "v1.PersistentVolumeMode", "Block,Filesystem" },
	{ "v1.PodFSGroupChangePolicy", "Always,OnRootMismatch" },
	{ "v1.PodFailurePolicyAction", "Count,FailIndex,FailJob,Ignore" },
	{ "v1.PodFailurePolicyOnExitCodesOperator", "In,NotIn" },
	{ "v1.PodManagementPolicyType", "OrderedReady,Parallel" },
	{ "v1.PodPhase", "Failed,Pending,Running,Succeeded,Unknown" },
	{ "v1.PodQOSClass", "BestEffort,Burstable,Guaranteed" },
	{ "v1.PodReplacementPolicy", "Failed,TerminatingOrFailed" },
	{ "v1.PreemptionPolicy", "Never,PreemptLowerPriority" },
	{ "v1.ProcMountType", "Default,Unmasked" },
	{ "v1.Protocol", "SCTP,TCP,UDP" },
	{ "v1.PullPolicy", "Always,IfNotPresent,Never" },
	{ "v1.RestartPolicy", "Always,Never,OnFailure" },
	{ "v1.SeccompProfileType", "Localhost,RuntimeDefault,Unconfined" },
	{ "v1.ServiceAffinity", "ClientIP,None" },
	{ "v1.ServiceExternalTrafficPolicy", "Cluster,Local" },
	{ "v1.ServiceInternalTrafficPolicy", "Cluster,Local" },
	{ "v1.ServiceType", "ClusterIP,ExternalName,LoadBalancer,NodePort" },
	{ "v1.StatefulSetUpdateStrategyType", "OnDelete,RollingUpdate" },
	{ "v1.SupplementalGroupsPolicy", "Merge,Strict" },
	{ "v1.TaintEffect", "NoExecute,NoSchedule,PreferNoSchedule" },
	{ "v1.TerminationMessagePolicy", "FallbackToLogsOnError,File" },
	{ "v1.TolerationOperator", "Equal,Exists" },
	{ "v1.URIScheme", "HTTP,HTTPS" },
	{ "v1.UnsatisfiableConstraintAction", "DoNotSchedule,ScheduleAnyway" },
};

static const struct text {
	const char *type, *field, *text;
} texts[] = {
#define TEXT(type, field, text) { type, field, text },
#include "kubectl/explain_text.def"
#undef TEXT
};

static int
compare_go(const void *key, const void *row)
{
	return strcmp(key, ((const struct enumeration *)row)->go);
}

/* A comma list; NULL for a field whose values aren't counted. */
static const char *
enum_values(const struct schema_field *field, bool custom)
{
	const struct structural_limit *limit = custom ? structural_limit(field->owner, field->name) : NULL;
	const struct enumeration *found;

	if (custom)
		return limit ? limit->values : NULL;
	found = bsearch(field->go, enumerations, sizeof enumerations / sizeof *enumerations,
		sizeof *enumerations, compare_go);

	return found ? found->values : NULL;
}

static int
compare_text(const void *a, const void *b)
{
	const struct text *x = a, *y = b;
	int order = strcmp(x->type, y->type);

	return order ? order : strcmp(x->field, y->field);
}

static const char *
find_text(const char *type, const char *field)
{
	const struct text key = { type, field, NULL };
	const struct text *found = bsearch(&key, texts, sizeof texts / sizeof *texts, sizeof *texts, compare_text);

	return found ? found->text : NULL;
}

static const char *
field_text(const struct schema_field *field)
{
	const char *text = find_text(field->owner, field->name);

	return text ? text : find_text("", field->name);
}

/*
 * "[]ServicePort", "map[string]Quantity", "integer": what the template guesses from the published schema.  custom: a
 * custom resource's, in which nothing but ObjectMeta has a name.
 */
static void
add_type(const char *type, bool custom, struct str *out)
{
	char element[TYPE_MAX];
	const char *dot = strrchr(type, '.');

	if (schema_is_list(type) || schema_is_map(type)) {
		str_add(out, schema_is_list(type) ? "[]" : "map[string]");
		add_type(schema_element(type, element, sizeof element), custom, out);
	} else if (custom && schema_is_struct(type) && strcmp(type, OBJECT_META) != 0) {
		str_add(out, "Object");
	} else if (str_ends(type, ".Time") || str_ends(type, ".MicroTime") || str_ends(type, ".Duration")) {
		str_add(out, "string");
	} else if (dot) {
		str_add(out, dot + 1);
	} else {
		str_addn(out, type, strcspn(type, ":"));
	}
}

static void
add_wrapped(const char *text, size_t indent, struct str *out)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > FIELD_WIDTH) {
			str_addch(out, '\n');
			column = 0;
		}
		if (column)
			str_addch(out, ' ');
		else
			str_addrep(out, ' ', indent);
		str_addn(out, text, len);
		column += len + (column != 0);
		text += len + (text[len] == ' ');
	}
	str_addch(out, '\n');
}

static void
add_short_enum(const char *values, size_t indent, struct str *out)
{
	size_t n = 0;

	str_addch(out, '\n');
	str_addrep(out, ' ', indent);
	str_add(out, "enum: ");
	while (*values) {
		size_t len = strcspn(values, ",");

		if (n == ENUM_SHOWN) {
			str_add(out, ", ....");
			break;
		}
		str_addf(out, "%s%.*s", n++ ? ", " : "", (int)len, values);
		values += len + (values[len] == ',');
	}
}

static void
add_long_enum(const char *values, struct str *out)
{
	str_add(out, "ENUM:");
	while (*values) {
		size_t len = strcspn(values, ",");

		str_addf(out, "\n    %.*s", (int)len, values);
		values += len + (values[len] == ',');
	}
}

/* What holds the fields below a field: through lists and maps. */
static const char *
innermost(const char *type, char buf[static TYPE_MAX])
{
	char element[TYPE_MAX];

	snprintf(buf, TYPE_MAX, "%s", type);
	while (schema_is_list(buf) || schema_is_map(buf))
		snprintf(buf, TYPE_MAX, "%s", schema_element(buf, element, sizeof element));
	return buf;
}

struct trail {		/* the types above: one that comes again is not entered */
	const char *type;
	const struct trail *above;
};

static bool
is_above(const struct trail *trail, const char *type)
{
	for (; trail; trail = trail->above)
		if (strcmp(trail->type, type) == 0)
			return true;
	return false;
}

static void
add_fields(const char *type, bool custom, size_t level, bool recursive, const struct trail *above, struct str *out)
{
	const struct trail trail = { type, above };
	char buf[TYPE_MAX];
	size_t n;
	const struct schema_field *fields = is_above(above, type) ? NULL : schema_fields(type, &n);

	if (!fields)
		return;
	for (size_t i = 0; i < n; i++) {
		const char *values = enum_values(&fields[i], custom), *text = field_text(&fields[i]);

		str_addrep(out, ' ', 2 * level);
		str_addf(out, "%s\t<", fields[i].name);
		add_type(fields[i].type, custom, out);
		str_addf(out, ">%s", *fields[i].required ? " -required-" : "");
		if (values)
			add_short_enum(values, 2 * level, out);
		str_addch(out, '\n');
		if (recursive) {
			innermost(fields[i].type, buf);
			add_fields(buf, custom && strcmp(buf, OBJECT_META) != 0, level + 1, true, &trail, out);
		} else {
			add_wrapped(text ? text : "<no description>", 2 * level + 2, out);
			str_addch(out, '\n');
		}
	}
}

/* FIELD, and the enumeration below it. */
static void
add_field_head(const struct schema_field *field, bool custom, struct str *out)
{
	const char *values = enum_values(field, custom);

	str_addf(out, "FIELD: %s <", field->name);
	add_type(field->type, custom, out);
	str_add(out, ">\n");
	if (values)
		add_long_enum(values, out);
	str_add(out, "\n\n");
}

/* field NULL: the kind itself. */
static void
add_description(const struct schema_field *field, const char *type, struct str *out)
{
	const char *of_field = field ? field_text(field) : NULL, *of_type = find_text(type, "");

	str_add(out, "DESCRIPTION:\n");
	if (of_field)
		add_wrapped(of_field, 4, out);
	if (of_type)
		add_wrapped(of_type, 4, out);
	str_add(out, of_field || of_type ? "    \n" : "    <empty>\n");
}

/* Follows the path of fields; prints the head, and what it leads to. */
static int
explain_path(struct kubectl *kubectl, const struct kind *kind, const char *path, bool recursive, struct str *out)
{
	const struct schema_field *field = NULL;
	char name[TYPE_MAX], buf[TYPE_MAX];
	const char *type = kind->type;
	bool custom = kind->custom, inner = custom;

	if (*kind->group)
		str_addf(out, "GROUP:      %s\n", kind->group);
	str_addf(out, "KIND:       %s\nVERSION:    %s\n\n", kind->kind, kind->version);
	while (*path) {
		size_t len = strcspn(path, ".");

		snprintf(name, sizeof name, "%.*s", (int)len, path);
		field = schema_field(type, name);
		if (!field) {
			const char *last = strrchr(path, '.');

			return print_failure(kubectl->io, "field \"%s\" does not exist", last ? last + 1 : path);
		}
		custom = inner;
		type = innermost(field->type, buf);
		inner = inner && strcmp(type, OBJECT_META) != 0;
		path += len + (path[len] == '.');
	}
	if (field)
		add_field_head(field, custom, out);
	add_description(field, type, out);
	if (schema_is_struct(type)) {
		str_add(out, "FIELDS:\n");
		add_fields(type, inner, 1, recursive, NULL, out);
	}
	str_addch(out, '\n');
	return 0;
}

/* The longest beginning of word that names a kind; *path, the rest, has the fields. */
static const struct kind *
split_word(const struct kubectl *kubectl, const char *word, const char **path)
{
	const struct kind *kind = NULL;

	for (size_t len = strlen(word); len && !kind; ) {
		char *name = xstrndup(word, len);

		kind = kubectl_kind(kubectl, name);
		*path = word + len + (word[len] == '.');
		free(name);
		while (len && word[--len] != '.')
			;
	}
	return kind;
}

static int
explain_run(struct kubectl *kubectl, const struct flags *flags)
{
	const char *version = flag_string(flags, "api-version"), *path = "";
	struct str out = STR_INIT;
	const struct kind *kind;
	char buf[64];
	int status;

	if (!flags->nargs)
		return print_failure(kubectl->io, "You must specify the type of resource to explain. "
			"Use \"kubectl api-resources\" for a complete list of supported resources.\n");
	if (flags->nargs > 1)
		return print_failure(kubectl->io, "We accept only this format: explain RESOURCE\n");
	kind = split_word(kubectl, flags->args[0], &path);
	if (!kind) {
		sink_printf(kubectl->io->err, "the server doesn't have a resource type \"%.*s\"\n",
			(int)strcspn(flags->args[0], "."), flags->args[0]);
		return 1;
	}
	if (!str_starts(flag_string(flags, "output"), "plaintext"))
		return print_failure(kubectl->io, "unrecognized format: %s", flag_string(flags, "output"));
	if (*version && strcmp(version, kind_api_version(kind, buf)) != 0) {
		if (kind_by_gvk(version, kind->kind))
			kind = kind_by_gvk(version, kind->kind);
		else
			return print_failure(kubectl->io, "couldn't find resource for \"%s%s, Resource=%s\"",
				strchr(version, '/') ? "" : "/", version, kind->plural);
	}
	status = explain_path(kubectl, kind, path, flag_bool(flags, "recursive"), &out);
	sink_write(kubectl->io->out, out.buf, out.len);
	str_release(&out);
	return status;
}

const struct verb verb_explain = {
	.name = "explain",
	.aliases = "",
	.usage = "explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] "
		"[-o|--output=plaintext|plaintext-openapiv2]",
	.summary = "Show the fields of a kind",
	.help = "Shows the fields of a kind, or of one of its fields when that is named behind dots.",
	.examples = "kubectl explain service.spec.ports\n\nkubectl explain networkpolicy --recursive",
	.flags = explain_tables,
	.args = "",
	.run = explain_run,
	.asks = ASKS_THE_SERVER,
};
