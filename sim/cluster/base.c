/*
 * The clusters that are there without a file.  The texts are read at every start, so they hold what people look at and no
 * more; they are modelled on a kubeadm cluster of v1.32 with two workers.
 */
#include "cluster/cluster.h"

#define NODE(name, ip, pods, labels, taints) \
	"---\n" \
	"apiVersion: v1\n" \
	"kind: Node\n" \
	"metadata:\n" \
	"  name: " name "\n" \
	"  annotations: {node.alpha.kubernetes.io/ttl: '0', volumes.kubernetes.io/controller-managed-attach-detach: 'true'}\n" \
	"  labels: {beta.kubernetes.io/arch: amd64, beta.kubernetes.io/os: linux, kubernetes.io/arch: amd64, " \
	"kubernetes.io/hostname: " name ", kubernetes.io/os: linux" labels "}\n" \
	"spec: {podCIDR: " pods ", podCIDRs: [" pods "]" taints "}\n" \
	"status:\n" \
	"  addresses: [{address: " ip ", type: InternalIP}, {address: " name ", type: Hostname}]\n" \
	"  allocatable: {cpu: '2', ephemeral-storage: '18556039957', memory: 3923632Ki, pods: '110'}\n" \
	"  capacity: {cpu: '2', ephemeral-storage: 20134592Ki, memory: 4026032Ki, pods: '110'}\n" \
	"  conditions:\n" \
	"  - {type: NetworkUnavailable, status: 'False', reason: FlannelIsUp, message: Flannel is running on this node}\n" \
	"  - {type: MemoryPressure, status: 'False', reason: KubeletHasSufficientMemory, " \
	"message: kubelet has sufficient memory available}\n" \
	"  - {type: DiskPressure, status: 'False', reason: KubeletHasNoDiskPressure, message: kubelet has no disk pressure}\n" \
	"  - {type: PIDPressure, status: 'False', reason: KubeletHasSufficientPID, message: kubelet has sufficient PID available}\n" \
	"  - {type: Ready, status: 'True', reason: KubeletReady, message: kubelet is posting ready status}\n" \
	"  nodeInfo: {architecture: amd64, bootID: 4b9f5c2e-2b0e-4a7e-9a54-7dfb2f6d8a11, " \
	"containerRuntimeVersion: containerd://1.7.24, kernelVersion: 6.8.0-51-generic, kubeProxyVersion: v1.32.13, " \
	"kubeletVersion: v1.32.13, machineID: 132e3d2451f947fe9214456160254717, operatingSystem: linux, " \
	"osImage: Ubuntu 24.04.1 LTS, systemUUID: 132e3d24-51f9-47fe-9214-456160254717}\n"

const char cluster_base_yaml[] =
	NODE("controlplane", "172.30.1.2", "192.168.0.0/24",
		", node-role.kubernetes.io/control-plane: '', node.kubernetes.io/exclude-from-external-load-balancers: ''",
		", taints: [{effect: NoSchedule, key: node-role.kubernetes.io/control-plane}]")
	NODE("node01", "172.30.2.2", "192.168.1.0/24", "", "")
	NODE("node02", "172.30.2.3", "192.168.2.0/24", "", "")
	"---\n"
	"apiVersion: v1\n"
	"kind: ServiceAccount\n"
	"metadata: {name: coredns, namespace: kube-system}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: ServiceAccount\n"
	"metadata: {name: kube-proxy, namespace: kube-system}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: ConfigMap\n"
	"metadata: {name: coredns, namespace: kube-system}\n"
	"data:\n"
	"  Corefile: |\n"
	"    .:53 {\n"
	"        errors\n"
	"        health {\n"
	"           lameduck 5s\n"
	"        }\n"
	"        ready\n"
	"        kubernetes cluster.local in-addr.arpa ip6.arpa {\n"
	"           pods insecure\n"
	"           fallthrough in-addr.arpa ip6.arpa\n"
	"           ttl 30\n"
	"        }\n"
	"        prometheus :9153\n"
	"        forward . /etc/resolv.conf {\n"
	"           max_concurrent 1000\n"
	"        }\n"
	"        cache 30 {\n"
	"           disable success cluster.local\n"
	"           disable denial cluster.local\n"
	"        }\n"
	"        loop\n"
	"        reload\n"
	"        loadbalance\n"
	"    }\n"
	"---\n"
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}\n"
	"spec:\n"
	"  replicas: 2\n"
	"  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1}}\n"
	"  selector: {matchLabels: {k8s-app: kube-dns}}\n"
	"  template:\n"
	"    metadata: {labels: {k8s-app: kube-dns}}\n"
	"    spec:\n"
	"      priorityClassName: system-cluster-critical\n"
	"      serviceAccountName: coredns\n"
	"      tolerations: [{key: CriticalAddonsOnly, operator: Exists}, "
	"{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]\n"
	"      nodeSelector: {kubernetes.io/os: linux}\n"
	"      dnsPolicy: Default\n"
	"      containers:\n"
	"      - name: coredns\n"
	"        image: registry.k8s.io/coredns/coredns:v1.11.3\n"
	"        imagePullPolicy: IfNotPresent\n"
	"        resources: {limits: {memory: 170Mi}, requests: {cpu: 100m, memory: 70Mi}}\n"
	"        args: [\"-conf\", \"/etc/coredns/Corefile\"]\n"
	"        ports: [{containerPort: 53, name: dns, protocol: UDP}, {containerPort: 53, name: dns-tcp, protocol: TCP}, "
	"{containerPort: 9153, name: metrics, protocol: TCP}]\n"
	"        livenessProbe: {httpGet: {path: /health, port: 8080, scheme: HTTP}, initialDelaySeconds: 60, timeoutSeconds: 5}\n"
	"        readinessProbe: {httpGet: {path: /ready, port: 8181, scheme: HTTP}}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Service\n"
	"metadata:\n"
	"  name: kube-dns\n"
	"  namespace: kube-system\n"
	"  annotations: {prometheus.io/port: \"9153\", prometheus.io/scrape: \"true\"}\n"
	"  labels: {k8s-app: kube-dns, kubernetes.io/cluster-service: \"true\", kubernetes.io/name: CoreDNS}\n"
	"spec:\n"
	"  clusterIP: 10.96.0.10\n"
	"  selector: {k8s-app: kube-dns}\n"
	"  ports: [{name: dns, port: 53, protocol: UDP, targetPort: 53}, {name: dns-tcp, port: 53, protocol: TCP, targetPort: 53}, "
	"{name: metrics, port: 9153, protocol: TCP, targetPort: 9153}]\n"
	"---\n"
	"apiVersion: apps/v1\n"
	"kind: DaemonSet\n"
	"metadata: {name: kube-proxy, namespace: kube-system, labels: {k8s-app: kube-proxy}}\n"
	"spec:\n"
	"  selector: {matchLabels: {k8s-app: kube-proxy}}\n"
	"  template:\n"
	"    metadata: {labels: {k8s-app: kube-proxy}}\n"
	"    spec:\n"
	"      priorityClassName: system-node-critical\n"
	"      hostNetwork: true\n"
	"      serviceAccountName: kube-proxy\n"
	"      tolerations: [{operator: Exists}]\n"
	"      nodeSelector: {kubernetes.io/os: linux}\n"
	"      volumes: [{name: kube-proxy, configMap: {name: kube-proxy}}, "
	"{name: xtables-lock, hostPath: {path: /run/xtables.lock, type: FileOrCreate}}, {name: lib-modules, hostPath: {path: /lib/modules}}]\n"
	"      containers:\n"
	"      - name: kube-proxy\n"
	"        image: registry.k8s.io/kube-proxy:v1.32.13\n"
	"        imagePullPolicy: IfNotPresent\n"
	"        command: [/usr/local/bin/kube-proxy, --config=/var/lib/kube-proxy/config.conf, "
	"--hostname-override=$(NODE_NAME)]\n"
	"        env: [{name: NODE_NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: spec.nodeName}}}]\n"
	"        securityContext: {privileged: true}\n"
	"        volumeMounts: [{mountPath: /var/lib/kube-proxy, name: kube-proxy}, {mountPath: /run/xtables.lock, name: xtables-lock}, "
	"{mountPath: /lib/modules, name: lib-modules, readOnly: true}]\n";

/* What its components.yaml of v0.7.2 has of kinds that are held here, with the flag that a kubeadm cluster needs. */
const char cluster_metrics_yaml[] =
	"apiVersion: v1\n"
	"kind: ServiceAccount\n"
	"metadata: {name: metrics-server, namespace: kube-system, labels: {k8s-app: metrics-server}}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Service\n"
	"metadata: {name: metrics-server, namespace: kube-system, labels: {k8s-app: metrics-server}}\n"
	"spec:\n"
	"  selector: {k8s-app: metrics-server}\n"
	"  ports: [{name: https, port: 443, targetPort: https}]\n"
	"---\n"
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: metrics-server, namespace: kube-system, labels: {k8s-app: metrics-server}}\n"
	"spec:\n"
	"  selector: {matchLabels: {k8s-app: metrics-server}}\n"
	"  strategy: {rollingUpdate: {maxUnavailable: 0}}\n"
	"  template:\n"
	"    metadata: {labels: {k8s-app: metrics-server}}\n"
	"    spec:\n"
	"      serviceAccountName: metrics-server\n"
	"      priorityClassName: system-cluster-critical\n"
	"      nodeSelector: {kubernetes.io/os: linux}\n"
	"      containers:\n"
	"      - name: metrics-server\n"
	"        image: registry.k8s.io/metrics-server/metrics-server:v0.7.2\n"
	"        args: [--cert-dir=/tmp, --secure-port=10250, "
	"\"--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname\", --kubelet-use-node-status-port, "
	"--metric-resolution=15s, --kubelet-insecure-tls]\n"
	"        ports: [{name: https, containerPort: 10250}]\n"
	"        resources: {requests: {cpu: 100m, memory: 200Mi}}\n"
	"        livenessProbe: {httpGet: {path: /livez, port: https, scheme: HTTPS}}\n"
	"        readinessProbe: {httpGet: {path: /readyz, port: https, scheme: HTTPS}, initialDelaySeconds: 20}\n"
	"        volumeMounts: [{name: tmp-dir, mountPath: /tmp}]\n"
	"      volumes: [{name: tmp-dir, emptyDir: {}}]\n";

const char cluster_example_yaml[] =
	"apiVersion: apps/v1\n"
	"kind: Deployment\n"
	"metadata: {name: web, labels: {app: web}}\n"
	"spec:\n"
	"  replicas: 2\n"
	"  selector: {matchLabels: {app: web}}\n"
	"  template:\n"
	"    metadata: {labels: {app: web}}\n"
	"    spec: {containers: [{name: nginx, image: nginx, ports: [{containerPort: 80}]}]}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Service\n"
	"metadata: {name: web, labels: {app: web}}\n"
	"spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 80, nodePort: 30080}]}\n";
