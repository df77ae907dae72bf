/* Every verb's row; kubectl.c lists them in order. */
#ifndef KUBECTL_VERB_LIST_H
#define KUBECTL_VERB_LIST_H

#include "kubectl/kubectl.h"

extern const struct verb verb_create, verb_expose, verb_run, verb_set, verb_explain, verb_get, verb_edit, verb_delete,
	verb_rollout, verb_scale, verb_autoscale, verb_cluster_info, verb_top, verb_auth, verb_cordon, verb_uncordon,
	verb_drain, verb_taint, verb_describe, verb_logs, verb_attach, verb_exec, verb_port_forward, verb_events, verb_diff, verb_kustomize,
	verb_apply, verb_patch, verb_replace, verb_wait, verb_label, verb_annotate, verb_api_resources, verb_api_versions,
	verb_config, verb_plugin, verb_cp, verb_version, verb_options, verb_certificate, verb_completion, verb_proxy,
	verb_debug, verb_alpha, verb_help;

/* What a verb with subverbs does without one: its help on stderr, or `unknown command`. */
int run_subverb_missing(struct kubectl *kubectl, const struct flags *flags);

/* `kubectl __complete WORD..`: what could stand at the end of the words. */
int run_complete(struct kubectl *kubectl, int argc, const char *const *argv);

#define FLAGS_END { NULL, 0, FLAG_BOOL, NULL, NULL, NULL, NULL }

#endif
