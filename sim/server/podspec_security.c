/*
 * The checks of security contexts, a pod's and a container's, and of what the pod's system forbids in them.  Follows
 * validatePodSpecSecurityContext, ValidateSecurityContext and what they call, validateLinux and validateWindows in
 * pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#define ID_MAX INT32_MAX
#define SYSCTL_MAX 253
#define SYSCTL_PATTERN "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"

static const char *const profile_types[] = { "Localhost", "RuntimeDefault", "Unconfined", NULL };

static void
id_validate(struct status *status, const struct value *context, const char *field, const struct place *at)
{
	place_range(status, at, context, field, 0, ID_MAX);
}

static bool
is_localhost(const struct value *profile)
{
	const char *type = value_get_text(profile, "type");

	return type && !strcmp(type, "Localhost");
}

static bool
is_profile_type(const char *type)
{
	for (size_t i = 0; type && profile_types[i]; i++) {
		if (!strcmp(profile_types[i], type))
			return true;
	}
	return false;
}

static void
type_validate(struct status *status, const struct value *profile, const char *field, const struct place *at)
{
	char *detail;

	if (place_has_text(profile, "type")) {
		place_one_of(status, at, profile, "type", profile_types);
		return;
	}
	detail = xasprintf("type is required when %s is set", field);
	place_required(status, at, "type", detail);
	free(detail);
}

static void
seccomp_validate(struct status *status, const struct value *context, const struct place *path)
{
	const struct value *profile = value_get(context, "seccompProfile");
	const struct place at = { path, "seccompProfile", 0 };
	char *shown;

	if (!profile)
		return;
	type_validate(status, profile, "seccompProfile", &at);
	if (is_localhost(profile)) {
		if (!value_get(profile, "localhostProfile"))
			place_required(
				status, &at, "localhostProfile", "must be set when seccomp type is Localhost");
		else
			pod_check_relative(status, &at, profile, "localhostProfile", "localhostProfile");
	} else if (value_get(profile, "localhostProfile")) {
		shown = go_text("core.SeccompProfile", profile);
		place_invalid_text(status, &at, "localhostProfile", shown,
			"can only be set when seccomp type is Localhost");
		free(shown);
	}
}

static void
apparmor_validate(struct status *status, const struct value *context, const struct place *path)
{
	static const char must[] = "must be set when AppArmor type is Localhost";
	const struct value *profile = value_get(context, "appArmorProfile");
	const char *local = value_get_text(profile, "localhostProfile");
	const struct place at = { path, "appArmorProfile", 0 };

	if (!profile)
		return;
	if (!is_localhost(profile)) {
		if (local && is_profile_type(value_get_text(profile, "type")))
			place_invalid(status, &at, "localhostProfile", value_get(profile, "localhostProfile"),
				"can only be set when AppArmor type is Localhost");
		else
			type_validate(status, profile, "appArmorProfile", &at);
	} else if (!local || !*local) {
		place_required(status, &at, "localhostProfile", must);
	} else if (ascii_isspace(local[0]) || ascii_isspace(local[strlen(local) - 1])) {
		place_invalid(status, &at, "localhostProfile", value_get(profile, "localhostProfile"),
			"must not be padded with whitespace");
	}
}

static void
run_as_validate(struct status *status, const struct value *windows, const struct place *at)
{
	const char *name = value_get_text(windows, "runAsUserName");
	const char *slash = name ? strchr(name, '\\') : NULL, *user = slash ? slash + 1 : name;
	const struct value *shown = value_get(windows, "runAsUserName");

	if (!name)
		return;
	if (!*name) {
		place_invalid(status, at, "runAsUserName", shown, "runAsUserName cannot be an empty string");
	} else if (slash && strchr(user, '\\')) {
		place_invalid(
			status, at, "runAsUserName", shown, "runAsUserName cannot contain more than one backslash");
	} else if (!*user) {
		place_invalid(status, at, "runAsUserName", shown, "runAsUserName's User cannot be empty");
	} else {
		if (strspn(user, ". ") == strlen(user))
			place_invalid(status, at, "runAsUserName", shown,
				"runAsUserName's User cannot contain only periods or spaces");
		if (strpbrk(user, "\"/\\:;|=,+*?<>@[]"))
			place_invalid(status, at, "runAsUserName", shown,
				"runAsUserName's User cannot contain the following characters: "
				"\"/\\:;|=,+*?<>@[]");
	}
}

static void
windows_validate(struct status *status, const struct value *context, const struct place *path)
{
	const struct value *windows = value_get(context, "windowsOptions");
	const char *spec = value_get_text(windows, "gmsaCredentialSpec");
	const struct place at = { path, "windowsOptions", 0 };

	place_check(status, &at, windows, "gmsaCredentialSpecName", check_dns1123_subdomain);
	if (spec && !*spec)
		place_invalid(status, &at, "gmsaCredentialSpec", value_get(windows, "gmsaCredentialSpec"),
			"gmsaCredentialSpec cannot be an empty string");
	run_as_validate(status, windows, &at);
}

void
container_security_validate(struct status *status, const struct value *container, const struct place *path)
{
	static const char *const mounts[] = { "Default", "Unmasked", NULL };
	const struct value *context = value_get(container, "securityContext"),
			   *add = value_path(context, "capabilities.add");
	const struct place at = { path, "securityContext", 0 };
	char *shown;

	if (!context)
		return;
	id_validate(status, context, "runAsUser", &at);
	id_validate(status, context, "runAsGroup", &at);
	if (value_get(context, "procMount"))
		place_one_of(status, &at, context, "procMount", mounts);
	seccomp_validate(status, context, &at);
	if (!value_get_bool(context, "allowPrivilegeEscalation", true)) {
		shown = go_text("core.SecurityContext", context);
		if (value_get_bool(context, "privileged", false))
			place_invalid_text(status, &at, NULL, shown,
				"cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
		for (size_t i = 0; i < value_count(add); i++) {
			if (!strcmp(value_text(value_at(add, i)), "CAP_SYS_ADMIN"))
				place_invalid_text(status, &at, NULL, shown,
					"cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` "
					"CAP_SYS_ADMIN");
		}
		free(shown);
	}
	windows_validate(status, context, &at);
	apparmor_validate(status, context, &at);
}

static bool
is_lower_alnum(char c)
{
	return ascii_isdigit(c) || (c >= 'a' && c <= 'z');
}

/* SYSCTL_PATTERN */
static bool
is_sysctl(const char *name)
{
	if (strlen(name) > SYSCTL_MAX)
		return false;
	for (;;) {
		size_t len = strcspn(name, "./");

		if (!len || !is_lower_alnum(name[0]) || !is_lower_alnum(name[len - 1]))
			return false;
		for (size_t i = 0; i < len; i++) {
			if (!is_lower_alnum(name[i]) && name[i] != '-' && name[i] != '_')
				return false;
		}
		if (!name[len])
			return true;
		name += len + 1;
	}
}

/* Settings of a namespace that the pod shares with its host are the host's. */
static void
shared_sysctl_validate(
	struct status *status, const struct value *spec, const struct value *sysctl, const struct place *at)
{
	static const char *const of_ipc[] = { "kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue." };
	const char *name = value_get_text(sysctl, "name");
	bool ipc = false;

	for (size_t i = 0; i < sizeof of_ipc / sizeof *of_ipc; i++)
		ipc |= str_starts(name, of_ipc[i]);
	if (str_starts(name, "net.") && value_get_bool(spec, "hostNetwork", false))
		place_invalid(status, at, "name", value_get(sysctl, "name"),
			"may not be specified when 'hostNetwork' is true");
	else if (ipc && value_get_bool(spec, "hostIPC", false))
		place_invalid(status, at, "name", value_get(sysctl, "name"),
			"may not be specified when 'hostIPC' is true");
}

static void
sysctls_validate(struct status *status, const struct value *spec, const struct value *sysctls, const struct place *path)
{
	const struct place list = { path, "sysctls", 0 };

	for (size_t i = 0; i < value_count(sysctls); i++) {
		const struct value *sysctl = value_at(sysctls, i);
		const struct place at = { &list, NULL, i };
		const char *name = value_get_text(sysctl, "name");
		bool doubled = false;
		char *shown;

		for (size_t k = 0; name && k < i; k++)
			doubled |= value_get_text(value_at(sysctls, k), "name") &&
				!strcmp(value_get_text(value_at(sysctls, k), "name"), name);
		if (!name || !*name) {
			place_required(status, &at, "name", NULL);
			continue;
		}
		shown = xasprintf("\"%s\"", name);
		if (!is_sysctl(name))
			place_invalid_text(status, &at, "name", shown,
				"must have at most 253 characters and match regex " SYSCTL_PATTERN);
		else if (doubled)
			place_duplicate(status, &at, "name", shown);
		free(shown);
		shared_sysctl_validate(status, spec, sysctl, &at);
	}
}

void
pod_security_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const changes[] = { "Always", "OnRootMismatch", NULL };
	const struct value *context = value_get(spec, "securityContext"),
			   *groups = value_get(context, "supplementalGroups");
	const struct place at = { path, "securityContext", 0 }, list = { &at, "supplementalGroups", 0 };

	id_validate(status, context, "fsGroup", &at);
	id_validate(status, context, "runAsUser", &at);
	id_validate(status, context, "runAsGroup", &at);
	for (size_t i = 0; i < value_count(groups); i++) {
		const struct value *group = value_at(groups, i);
		const struct place item = { &list, NULL, i };

		if (group->type == VALUE_INT && (group->integer < 0 || group->integer > ID_MAX))
			place_invalid(status, &item, NULL, group, "must be between 0 and 2147483647, inclusive");
	}
	if (value_get_bool(spec, "shareProcessNamespace", false) && value_get_bool(spec, "hostPID", false))
		place_invalid(status, &at, "shareProcessNamespace", value_get(spec, "shareProcessNamespace"),
			"ShareProcessNamespace and HostPID cannot both be enabled");
	sysctls_validate(status, spec, value_get(context, "sysctls"), &at);
	if (value_get(context, "fsGroupChangePolicy"))
		place_one_of(status, &at, context, "fsGroupChangePolicy", changes);
	seccomp_validate(status, context, &at);
	windows_validate(status, context, &at);
	apparmor_validate(status, context, &at);
}

/* Visits the containers of all lists. */
static void
each_container(struct status *status, const struct value *spec, const struct place *path,
	void (*visit)(struct status *status, const struct value *spec, const struct value *container,
		const struct place *at))
{
	for (size_t l = 0; pod_container_lists[l]; l++) {
		const struct value *containers = value_get(spec, pod_container_lists[l]);
		const struct place list = { path, pod_container_lists[l], 0 };

		for (size_t i = 0; i < value_count(containers); i++) {
			const struct place at = { &list, NULL, i };

			visit(status, spec, value_at(containers, i), &at);
		}
	}
}

static const struct value *
host_process(const struct value *owner)
{
	return value_get(value_get(value_get(owner, "securityContext"), "windowsOptions"), "hostProcess");
}

static void
host_process_validate(
	struct status *status, const struct value *spec, const struct value *container, const struct place *at)
{
	const struct value *pods = host_process(spec), *own = host_process(container);

	if (pods && own && pods->boolean != own->boolean)
		place_invalid(status, at, "securityContext.windowsOptions.hostProcess", own,
			pods->boolean ? "pod hostProcess value must be identical if both are specified, was true"
				      : "pod hostProcess value must be identical if both are specified, was false");
}

void
pod_host_process_validate(struct status *status, const struct value *spec, const struct place *path)
{
	const struct value *pods = host_process(spec);
	size_t all = 0, privileged = 0;

	each_container(status, spec, path, host_process_validate);
	for (size_t l = 0; pod_container_lists[l]; l++) {
		const struct value *containers = value_get(spec, pod_container_lists[l]);

		for (size_t i = 0; i < value_count(containers); i++) {
			const struct value *own = host_process(value_at(containers, i));

			all++;
			privileged += (own ? own : pods) && (own ? own : pods)->boolean;
		}
	}
	if (privileged && privileged != all)
		place_invalid_text(status, path, NULL, "\"\"",
			"If pod contains any hostProcess containers then all containers must be HostProcess "
			"containers");
	if (privileged && !value_get_bool(spec, "hostNetwork", false))
		place_invalid_text(status, path, "hostNetwork", "false",
			"hostNetwork must be true if pod contains any hostProcess containers");
}

static void
linux_container(struct status *status, const struct value *spec, const struct value *container, const struct place *at)
{
	(void)spec;
	if (value_get(value_get(container, "securityContext"), "windowsOptions"))
		place_forbidden(status, at, "securityContext.windowsOptions",
			"windows options cannot be set for a linux pod");
}

static const char not_windows[] = "cannot be set for a windows pod";

static void
windows_container(
	struct status *status, const struct value *spec, const struct value *container, const struct place *at)
{
	static const char *const fields[] = { "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities",
		"readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser",
		"runAsGroup" };
	const struct place inner = { at, "securityContext", 0 };

	(void)spec;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		if (value_get(value_get(container, "securityContext"), fields[i]))
			place_forbidden(status, &inner, fields[i], not_windows);
	}
}

static void
windows_pod(struct status *status, const struct value *spec, const struct place *path)
{
	static const struct {
		const char *field;
		bool in_spec;
	} fields[] = {
		{ "appArmorProfile", false },
		{ "seLinuxOptions", false },
		{ "hostPID", true },
		{ "hostIPC", true },
		{ "seccompProfile", false },
		{ "fsGroup", false },
		{ "fsGroupChangePolicy", false },
		{ "sysctls", false },
		{ "shareProcessNamespace", true },
		{ "runAsUser", false },
		{ "runAsGroup", false },
		{ "supplementalGroups", false },
	};
	const struct place context = { path, "securityContext", 0 };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const struct value *owner = fields[i].in_spec ? spec : value_get(spec, "securityContext");

		if (value_get(owner, fields[i].field))
			place_forbidden(status, fields[i].in_spec ? path : &context, fields[i].field, not_windows);
	}
	each_container(status, spec, path, windows_container);
}

void
pod_os_validate(struct status *status, const struct value *spec, const struct place *path)
{
	static const char *const systems[] = { "linux", "windows", NULL };
	const struct value *os = value_get(spec, "os");
	const char *name = value_get_text(os, "name");
	const struct place at = { path, "os", 0 };
	char *shown;

	if (!os)
		return;
	if (!name || !*name) {
		place_required(status, &at, "name", "cannot be empty");
	} else if (!strcmp(name, "windows")) {
		windows_pod(status, spec, path);
	} else if (!strcmp(name, "linux")) {
		if (value_get(value_get(spec, "securityContext"), "windowsOptions"))
			place_forbidden(status, path, "securityContext.windowsOptions",
				"windows options cannot be set for a linux pod");
		each_container(status, spec, path, linux_container);
	} else {
		shown = xasprintf("\"%s\"", name);
		place_unsupported(status, &at, NULL, shown, systems);
		free(shown);
	}
}
