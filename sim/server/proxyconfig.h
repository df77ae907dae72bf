/*
 * ConfigMap kube-system/kube-proxy: what kube-proxy reads when it starts, as kubeadm v1.32 writes it
 * (cmd/kubeadm/app/phases/addons/proxy).  What is changed there counts from the next start of a kube-proxy on.
 */
#ifndef SERVER_PROXYCONFIG_H
#define SERVER_PROXYCONFIG_H

#include "server/server.h"

/* The ConfigMap of a cluster with these settings, as a manifest. */
void proxyconfig_write(const struct settings *settings, struct str *out);
/*
 * The KubeProxyConfiguration that the ConfigMap holds, in the arena; NULL when there is none.  err says why kube-proxy
 * can't begin with it, and is the caller's to release.
 */
struct value *proxyconfig_read(const struct store *store, struct arena *arena, struct err *err);
/* Does it differ from what the settings say? */
bool proxyconfig_is_news(const struct server *server);
/* Would a kube-proxy start with what is there? */
bool proxyconfig_is_good(const struct server *server);

#endif
