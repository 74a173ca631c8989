// A client-go informer on nodes or pods that reports its cost: kubeimg is measured against it.
// It prints a line of JSON when its store is full and, with -events, one after that many updates.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

var mediaTypes = map[string]string{
	"json":     "application/json",
	"protobuf": "application/vnd.kubernetes.protobuf",
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the file that names the server")
	content := flag.String("content", "protobuf", "json or protobuf")
	resource := flag.String("resource", "nodes", "nodes or pods")
	events := flag.Int("events", 0, "how many updates to wait for after the store is full")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	config.ContentType = mediaTypes[*content]
	config.AcceptContentTypes = mediaTypes[*content]
	config.QPS = -1 // no limit of its own
	requests := make(chan string, 1)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return noting{next, requests} })
	core := informers.NewSharedInformerFactory(kubernetes.NewForConfigOrDie(config), 0).Core().V1()
	informer := map[string]func() cache.SharedIndexInformer{
		"nodes": func() cache.SharedIndexInformer { return core.Nodes().Informer() },
		"pods":  func() cache.SharedIndexInformer { return core.Pods().Informer() },
	}[*resource]()

	firstRow := make(chan time.Time, 1)
	burst := make(chan time.Duration, 1)
	updates, burstBegan := 0, time.Time{}
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) {
			select {
			case firstRow <- time.Now():
			default:
			}
		},
		UpdateFunc: func(_, _ any) {
			updates++
			if updates == 1 {
				burstBegan = time.Now()
			}
			if updates == *events {
				burst <- time.Since(burstBegan)
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}

	memory, cpu, began := status("VmRSS"), cpuSeconds(), time.Now()
	go informer.Run(make(chan struct{}))
	<-informer.HasSyncedChecker().Done()
	full := map[string]any{
		"wall":      time.Since(began).Seconds(),
		"cpu":       cpuSeconds() - cpu,
		"kept_mb":   status("VmRSS") - memory,
		"peak_mb":   status("VmHWM"),
		"first_row": (<-firstRow).Sub(began).Seconds(),
		"nodes":     len(informer.GetStore().ListKeys()),
		"streaming": strings.Contains(<-requests, "sendInitialEvents=true"),
		"go":        runtime.Version(),
	}
	runtime.GC()
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	full["live_heap_mb"] = float64(heap.HeapAlloc) / (1 << 20)
	cpu = cpuSeconds()
	say(full)
	if *events == 0 {
		return
	}
	say(map[string]any{"events": *events, "wall": (<-burst).Seconds(), "cpu": cpuSeconds() - cpu})
}

// noting tells what is asked first.
type noting struct {
	next     http.RoundTripper
	requests chan<- string
}

func (n noting) RoundTrip(request *http.Request) (*http.Response, error) {
	select {
	case n.requests <- request.URL.RawQuery:
	default:
	}
	return n.next.RoundTrip(request)
}

// cpuSeconds is what this process has used so far, in user and system mode.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

// status is a field of the kernel's account of this process, in MiB.
func status(field string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), field+":")
	kibibytes, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	if err != nil {
		log.Fatal(err)
	}
	return kibibytes / 1024
}

func say(figures map[string]any) {
	if err := json.NewEncoder(os.Stdout).Encode(figures); err != nil {
		log.Fatal(err)
	}
}
