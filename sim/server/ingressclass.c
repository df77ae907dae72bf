/*
 * IngressClasses: the controller is a domain with a path and never changes; parameters are an object of the cluster
 * unless their scope says of a namespace.  Follows pkg/apis/networking/v1/defaults.go and ValidateIngressClass of
 * pkg/apis/networking/validation/validation.go.
 */
#include "server/ingress.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"

#define CONTROLLER_MAX 250
#define PATH_CHARACTERS "/-._~%!$&'()*+,;=:"

static const char *const scopes[] = { "Cluster", "Namespace", NULL };

static void
class_defaults(struct arena *arena, struct value *object)
{
	struct value *parameters = value_get(value_make_map(arena, object, "spec"), "parameters");

	if (parameters && !value_get(parameters, "scope"))
		value_set_text(arena, parameters, "scope", scopes[0]);
}

static void
refuse(struct status *status, const char *path, const char *text, const char *detail)
{
	struct str shown = STR_INIT;

	json_quote(&shown, text, strlen(text), false);
	status_invalid_value(status, path, shown.buf, detail);
	str_release(&shown);
}

static bool
is_http_path(const char *text)
{
	while (ascii_isalnum((unsigned char)*text) || (*text && strchr(PATH_CHARACTERS, *text)))
		text++;
	return !*text;
}

static void
check_controller(struct status *status, const char *text)
{
	static const char path[] = "spec.controller";
	const char *slash = strchr(text, '/');
	char *host;

	if (strlen(text) > CONTROLLER_MAX)
		status_too_long(status, path, CONTROLLER_MAX);
	if (!*text) {
		status_required(status, path, NULL);
		return;
	}
	if (!slash || slash == text || !slash[1]) {
		refuse(status, path, text, "must be a domain-prefixed path (such as \"acme.io/foo\")");
		return;
	}
	host = xstrndup(text, (size_t)(slash - text));
	status_check(status, check_dns1123_subdomain, path, host);
	free(host);
	if (!is_http_path(slash + 1))
		refuse(status, path, slash + 1,
			"Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
}

static void
check_scope(struct status *status, const struct value *parameters)
{
	static const char path[] = "spec.parameters.namespace";
	const char *scope = value_get_text(parameters, "scope"), *namespace = value_get_text(parameters, "namespace");

	validate_given_word(status, "spec.parameters.scope", value_get(parameters, "scope"), scopes);
	if (!scope)
		return;
	if (!strcmp(scope, "Namespace")) {
		if (namespace)
			status_check(status, check_dns1123_label, path, namespace);
		else
			status_required(status, path, "`parameters.scope` is set to 'Namespace'");
	} else if (!strcmp(scope, "Cluster") && namespace) {
		status_forbidden(status, path, "`parameters.scope` is set to 'Cluster'");
	}
}

static void
class_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *parameters = value_get(spec, "parameters");
	const char *controller = value_get_text(spec, "controller"),
		   *before = value_get_text(value_get(change->old, "spec"), "controller");

	if (change->old && strcmp(controller ? controller : "", before ? before : ""))
		refuse(change->status, "spec.controller", controller ? controller : "", "field is immutable");
	check_controller(change->status, controller ? controller : "");
	if (!parameters)
		return;
	ingress_validate_reference(change->status, "spec.parameters", parameters);
	check_scope(change->status, parameters);
}

const struct strategy strategy_ingressclass = {
	.kind = "IngressClass",
	.defaults = class_defaults,
	.validate = class_validate,
};
