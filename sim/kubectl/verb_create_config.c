/* kubectl create namespace, configmap, secret, serviceaccount; follows k8s.io/kubectl/pkg/cmd/create. */
#include <stdlib.h>
#include <string.h>

#include "kubectl/sources.h"
#include "kubectl/verb_create.h"
#include "kubectl/verb_list.h"
#include "server/pem.h"

/* ---- namespace, serviceaccount ---- */

static const struct flag *const plain_tables[] = { CREATE_TABLES, NULL };

static int
create_plain(struct kubectl *kubectl, const struct flags *flags, const char *kind, bool has_spec, const char *failing)
{
	struct mutation mutation;
	struct typed typed;
	const char *name = typed_name_argument(kubectl, flags);

	if (!name || mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, kind, name, kubectl, flags);
	if (has_spec) {
		value_make_map(&typed.arena, typed.root, "spec");
		value_make_map(&typed.arena, typed.root, "status");
	}
	typed_create(&typed, &mutation, flags, failing);
	typed_release(&typed);
	return mutation_end(&mutation);
}

static int
create_namespace_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_plain(kubectl, flags, "Namespace", true, NULL);
}

static int
create_serviceaccount_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_plain(kubectl, flags, "ServiceAccount", false, "failed to create serviceaccount:");
}

const struct verb verb_create_namespace = {
	.name = "namespace",
	.aliases = "ns",
	.usage = "create namespace NAME [--dry-run=server|client|none]",
	.summary = "Make a namespace",
	.help = "Makes a namespace of this name.",
	.examples = "kubectl create namespace store",
	.flags = plain_tables,
	.args = "",
	.run = create_namespace_run,
};

const struct verb verb_create_serviceaccount = {
	.name = "serviceaccount",
	.aliases = "sa",
	.usage = "create serviceaccount NAME [--dry-run=server|client|none]",
	.summary = "Make a service account",
	.help = "Makes a service account of this name.",
	.examples = "kubectl create serviceaccount robot",
	.flags = plain_tables,
	.args = "",
	.run = create_serviceaccount_run,
};

/* ---- configmap ---- */

static const struct flag *const configmap_tables[] = { sources_flags, append_hash_flag, CREATE_TABLES, NULL };

static int
create_configmap_run(struct kubectl *kubectl, const struct flags *flags)
{
	struct mutation mutation;
	struct typed typed;
	const char *name = typed_name_argument(kubectl, flags);

	if (!name || mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, "ConfigMap", name, kubectl, flags);
	if (!sources_add(&typed, &mutation, flags, false)) {
		sources_append_hash(&typed, flags);
		typed_create(&typed, &mutation, flags, "failed to create configmap:");
	}
	typed_release(&typed);
	return mutation_end(&mutation);
}

const struct verb verb_create_configmap = {
	.name = "configmap",
	.aliases = "cm",
	.usage = "create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
	.summary = "Make a ConfigMap from files or words",
	.help = "Makes a ConfigMap whose keys and values come from files, folders or the command line.",
	.examples = "kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2\n\n"
		"kubectl create configmap my-config --from-file=app.conf",
	.flags = configmap_tables,
	.args = "",
	.run = create_configmap_run,
};

/* ---- secret ---- */

static const struct flag generic_flags[] = {
	{ "type", 0, FLAG_STRING, "", NULL, NULL, "Type of the secret." },
	FLAGS_END,
};
static const struct flag tls_flags[] = {
	{ "cert", 0, FLAG_STRING, "", NULL, "@file", "File with the certificate." },
	{ "key", 0, FLAG_STRING, "", NULL, "@file", "File with its key." },
	FLAGS_END,
};
static const struct flag registry_flags[] = {
	{ "docker-email", 0, FLAG_STRING, "", NULL, NULL, "Mail address." },
	{ "docker-password", 0, FLAG_STRING, "", NULL, NULL, "Password." },
	{ "docker-server", 0, FLAG_STRING, "https://index.docker.io/v1/", NULL, NULL, "The registry." },
	{ "docker-username", 0, FLAG_STRING, "", NULL, NULL, "Name." },
	{ "from-file", 0, FLAG_STRINGS, NULL, NULL, "@file", "A file of such settings, in place of the other flags." },
	FLAGS_END,
};

#define REGISTRY_KEY ".dockerconfigjson"

static const struct flag *const generic_tables[] = { generic_flags, sources_flags, append_hash_flag, CREATE_TABLES, NULL };
static const struct flag *const tls_tables[] = { tls_flags, append_hash_flag, CREATE_TABLES, NULL };
static const struct flag *const registry_tables[] = { registry_flags, append_hash_flag, CREATE_TABLES, NULL };

/* Fills the data of one type of secret. */
typedef int (*fill_secret)(struct typed *typed, struct mutation *mutation, const struct flags *flags);

static int
create_secret(struct kubectl *kubectl, const struct flags *flags, const char *type, fill_secret fill)
{
	struct mutation mutation;
	struct typed typed;
	const char *name = typed_name_argument(kubectl, flags);

	if (!name || mutation_begin(&mutation, kubectl, flags))
		return 1;
	typed_init(&typed, "Secret", name, kubectl, flags);
	if (!fill(&typed, &mutation, flags)) {
		if (*type)
			value_set_text(&typed.arena, typed.root, "type", type);
		sources_append_hash(&typed, flags);
		typed_create(&typed, &mutation, flags, "failed to create secret");
	}
	typed_release(&typed);
	return mutation_end(&mutation);
}

static int
fill_generic(struct typed *typed, struct mutation *mutation, const struct flags *flags)
{
	return sources_add(typed, mutation, flags, true);
}

static int
generic_run(struct kubectl *kubectl, const struct flags *flags)
{
	return create_secret(kubectl, flags, flag_string(flags, "type"), fill_generic);
}

static int
read_pem(struct mutation *mutation, const char *path, struct str *text)
{
	struct io *io = mutation->kubectl->io;
	enum io_result result = io->files->read(io, path, text);

	if (result == IO_OK)
		return 0;
	failures_add(&mutation->failures, "Cannot read file %s, %s %s: %s", path, result == IO_IS_DIR ? "read" : "open", path,
		result == IO_IS_DIR ? "is a directory" : result == IO_NOT_FOUND ? "no such file or directory" :
		io_result_text(result));
	return -1;
}

static int
fill_tls(struct typed *typed, struct mutation *mutation, const struct flags *flags)
{
	struct str cert = STR_INIT, key = STR_INIT;
	char *fault = NULL;
	int status = read_pem(mutation, flag_string(flags, "cert"), &cert);

	if (!status)
		status = read_pem(mutation, flag_string(flags, "key"), &key);
	if (!status)
		fault = pem_pair_fault(cert.buf, key.buf);
	if (fault) {
		failures_add(&mutation->failures, "%s", fault);
		status = -1;
	}
	if (!status)
		status = sources_add_pair(typed, mutation, "tls.crt", cert.buf, cert.len, true);
	if (!status)
		status = sources_add_pair(typed, mutation, "tls.key", key.buf, key.len, true);
	free(fault);
	str_release(&cert);
	str_release(&key);
	return status;
}

static int
tls_run(struct kubectl *kubectl, const struct flags *flags)
{
	if (!*flag_string(flags, "cert") || !*flag_string(flags, "key"))
		return print_failure(kubectl->io, "key and cert must be specified");
	return create_secret(kubectl, flags, "kubernetes.io/tls", fill_tls);
}

/* --from-file in place of the other flags: a file without a key is the settings themselves. */
static int
fill_registry_files(struct typed *typed, struct mutation *mutation, const struct flags *flags)
{
	int status = 0;

	for (size_t i = 0; i < flag_count(flags, "from-file") && !status; i++) {
		const char *source = flag_item(flags, "from-file", i);
		char *keyed = xasprintf("%s%s", strchr(source, '=') ? "" : REGISTRY_KEY "=", source);

		status = sources_add_file(typed, mutation, keyed, true);
		free(keyed);
	}
	return status;
}

static int
fill_registry(struct typed *typed, struct mutation *mutation, const struct flags *flags)
{
	const char *user = flag_string(flags, "docker-username"), *password = flag_string(flags, "docker-password");
	struct value *config = value_map(&typed->arena), *entry;
	struct str auth = STR_INIT, json = STR_INIT;
	char *both;
	int status;

	if (flag_count(flags, "from-file"))
		return fill_registry_files(typed, mutation, flags);
	both = xasprintf("%s:%s", user, password);
	sources_base64(both, strlen(both), &auth);
	entry = value_make_map(&typed->arena, value_make_map(&typed->arena, config, "auths"),
		flag_string(flags, "docker-server"));
	value_set_text(&typed->arena, entry, "username", user);
	value_set_text(&typed->arena, entry, "password", password);
	if (*flag_string(flags, "docker-email"))
		value_set_text(&typed->arena, entry, "email", flag_string(flags, "docker-email"));
	value_set_text(&typed->arena, entry, "auth", auth.buf);
	output_json_line(config, &json);
	status = sources_add_pair(typed, mutation, REGISTRY_KEY, json.buf, json.len, true);
	str_release(&auth);
	str_release(&json);
	free(both);
	return status;
}

static int
registry_run(struct kubectl *kubectl, const struct flags *flags)
{
	static const char *const needed[] = { "docker-username", "docker-password", "docker-server" };

	if (!typed_name_argument(kubectl, flags))
		return 1;
	for (size_t i = 0; i < 3 && !flag_count(flags, "from-file"); i++)
		if (!*flag_string(flags, needed[i]))
			return print_failure(kubectl->io, "either --from-file or the combination of --docker-username, "
				"--docker-password and --docker-server is required");
	return create_secret(kubectl, flags, "kubernetes.io/dockerconfigjson", fill_registry);
}

static const struct verb verb_generic = {
	.name = "generic",
	.aliases = "",
	.usage = "create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] "
		"[--dry-run=server|client|none]",
	.summary = "Make a secret from files or words",
	.help = "Makes a secret whose keys and values come from files, folders or the command line.",
	.examples = "kubectl create secret generic my-secret --from-literal=user=admin --from-literal=pass=1234",
	.flags = generic_tables,
	.args = "",
	.run = generic_run,
};

static const struct verb verb_tls = {
	.name = "tls",
	.aliases = "",
	.usage = "create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
	.summary = "Make a secret of a certificate and its key",
	.help = "Makes a secret of type kubernetes.io/tls from two PEM files.",
	.examples = "kubectl create secret tls tls-secret --cert=tls.crt --key=tls.key",
	.flags = tls_tables,
	.args = "",
	.run = tls_run,
};

static const struct verb verb_docker_registry = {
	.name = "docker-registry",
	.aliases = "",
	.usage = "create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email "
		"[--docker-server=string] [--dry-run=server|client|none]",
	.summary = "Make a secret for an image registry",
	.help = "Makes a secret with which pods pull images from a registry.",
	.examples = "kubectl create secret docker-registry my-secret --docker-username=me --docker-password=1234",
	.flags = registry_tables,
	.args = "",
	.run = registry_run,
};

static const struct verb *const secret_subverbs[] = { &verb_docker_registry, &verb_generic, &verb_tls, NULL };

const struct verb verb_create_secret = {
	.name = "secret",
	.aliases = "",
	.usage = "create secret (docker-registry | generic | tls)",
	.summary = "Make a secret of one of the types",
	.help = "Makes a secret; the subcommand says of which type.",
	.examples = "",
	.subverbs = secret_subverbs,
	.args = "",
	.run = run_subverb_missing,
};
