/*
 * Specs of PersistentVolumeClaims, as templates of StatefulSets and of ephemeral volumes hold them: defaults and
 * checks.  Follows ValidatePersistentVolumeClaimSpec in pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"

#define ONE_POD "ReadWriteOncePod"

static const char *const access_modes[] = { "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", ONE_POD, NULL };
static const char *const volume_modes[] = { "Block", "Filesystem", NULL };

static void
modes_validate(struct status *status, const struct value *modes, const struct place *at)
{
	bool one_pod = false, others = false;

	if (!value_count(modes))
		place_required(status, at, "accessModes", "at least 1 access mode is required");
	for (size_t i = 0; i < value_count(modes); i++) {
		const char *mode = value_text(value_at(modes, i));
		bool known = false;
		char *shown;

		for (size_t k = 0; access_modes[k]; k++)
			known |= mode && !strcmp(access_modes[k], mode);
		if (!known) {
			shown = status_value_text(value_at(modes, i));
			place_unsupported(status, at, "accessModes", shown, access_modes);
			free(shown);
		} else if (!strcmp(mode, ONE_POD)) {
			one_pod = true;
		} else {
			others = true;
		}
	}
	if (one_pod && others)
		place_forbidden(status, at, "accessModes", "may not use ReadWriteOncePod with other access modes");
}

void
claim_spec_validate(struct status *status, const struct value *spec, const struct place *at)
{
	const char *storage = value_get_text(value_path(spec, "resources.requests"), "storage");

	if (value_get(spec, "selector"))
		place_selector(status, at, spec, "selector");
	modes_validate(status, value_get(spec, "accessModes"), at);
	if (!storage)
		place_required(status, at, "resources[storage]", NULL);
	else if (quantity_compare(storage, "0") <= 0)
		place_invalid(status, at, "resources[storage]", value_path(spec, "resources.requests.storage"),
			"must be greater than zero");
	if (place_has_text(spec, "storageClassName"))
		place_check(status, at, spec, "storageClassName", check_dns1123_subdomain);
	if (value_get(spec, "volumeMode"))
		place_one_of(status, at, spec, "volumeMode", volume_modes);
}
