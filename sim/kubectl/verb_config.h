/* The subverbs of config that change the kubeconfig. */
#ifndef KUBECTL_VERB_CONFIG_H
#define KUBECTL_VERB_CONFIG_H

#include "kubectl/kubeconfig.h"
#include "kubectl/kubectl.h"

extern const struct verb verb_config_delete_cluster, verb_config_delete_context, verb_config_delete_user,
	verb_config_rename_context, verb_config_set, verb_config_set_cluster, verb_config_set_context,
	verb_config_set_credentials, verb_config_unset, verb_config_use_context;

/* The help, and what is wrong; 1. */
int config_refuse_args(struct kubectl *kubectl, const struct flags *flags);
/* Saves the kubeconfig and says so in one line; the exit status.  Releases. */
int config_finish(struct kubectl *kubectl, struct kubeconfig *config, const char *said);
/* What went wrong is said already; 1.  Releases. */
int config_give_up(struct kubeconfig *config);

#endif
