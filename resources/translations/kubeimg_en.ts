<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>{image} and %Ln more</source>
        <translation>
            <numerusform>{image} and %Ln more</numerusform>
            <numerusform>{image} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPanel</name>
    <message numerus="yes">
        <source>%Ln new</source>
        <translation>
            <numerusform>%Ln new</numerusform>
            <numerusform>%Ln new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln older entry(s) dropped</source>
        <translation>
            <numerusform>%Ln older entry dropped</numerusform>
            <numerusform>%Ln older entries dropped</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Connection</name>
    <message numerus="yes">
        <source>Skipped since the start: %Ln node(s) or event(s)</source>
        <translation>
            <numerusform>Skipped since the start: %Ln node or event</numerusform>
            <numerusform>Skipped since the start: %Ln nodes or events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>{count} byte(s)</source>
        <translation>
            <numerusform>{count} byte</numerusform>
            <numerusform>{count} bytes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln node(s)</source>
        <translation>
            <numerusform>%Ln node</numerusform>
            <numerusform>%Ln nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s)</source>
        <translation>
            <numerusform>%Ln image</numerusform>
            <numerusform>%Ln images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln context(s)</source>
        <translation>
            <numerusform>%Ln context</numerusform>
            <numerusform>%Ln contexts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message numerus="yes">
        <source>node(s)</source>
        <translation>
            <numerusform>node</numerusform>
            <numerusform>nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln list(s) may be cut</source>
        <translation>
            <numerusform>%Ln list may be cut</numerusform>
            <numerusform>%Ln lists may be cut</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>distinct image(s)</source>
        <translation>
            <numerusform>distinct image</numerusform>
            <numerusform>distinct images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>image(s)</source>
        <translation>
            <numerusform>image</numerusform>
            <numerusform>images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>node(s) under pressure</source>
        <translation>
            <numerusform>node under pressure</numerusform>
            <numerusform>nodes under pressure</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Groups</name>
    <message numerus="yes">
        <source>The sizes of %Ln node(s) may lack images.</source>
        <translation>
            <numerusform>The size of %Ln node may lack images.</numerusform>
            <numerusform>The sizes of %Ln nodes may lack images.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not ready</source>
        <translation>
            <numerusform>%Ln not ready</numerusform>
            <numerusform>%Ln not ready</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Image</name>
    <message numerus="yes">
        <source>%Ln running</source>
        <translation>
            <numerusform>%Ln running</numerusform>
            <numerusform>%Ln running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pending</source>
        <translation>
            <numerusform>%Ln pending</numerusform>
            <numerusform>%Ln pending</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln finished</source>
        <translation>
            <numerusform>%Ln finished</numerusform>
            <numerusform>%Ln finished</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageFigureTexts</name>
    <message numerus="yes">
        <source>distinct image(s)</source>
        <translation>
            <numerusform>distinct image</numerusform>
            <numerusform>distinct images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln repository(ies)</source>
        <translation>
            <numerusform>%Ln repository</numerusform>
            <numerusform>%Ln repositories</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln list(s) may be cut</source>
        <translation>
            <numerusform>%Ln list may be cut</numerusform>
            <numerusform>%Ln lists may be cut</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) unknown</source>
        <translation>
            <numerusform>%Ln image unknown</numerusform>
            <numerusform>%Ln images unknown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln version(s)</source>
        <translation>
            <numerusform>%Ln version</numerusform>
            <numerusform>%Ln versions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln arrival(s) on nodes</source>
        <translation>
            <numerusform>%Ln arrival on nodes</numerusform>
            <numerusform>%Ln arrivals on nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImagePanel</name>
    <message numerus="yes">
        <source>%Ln image(s) match(es) the filter</source>
        <translation>
            <numerusform>%Ln image matches the filter</numerusform>
            <numerusform>%Ln images match the filter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {of} lists may hold only the largest images.</source>
        <translation>
            <numerusform>%Ln of {of} lists may hold only the largest images.</numerusform>
            <numerusform>%Ln of {of} lists may hold only the largest images.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of {of} nodes list(s) no images at the moment. Until this is confirmed, the previous lists are shown.</source>
        <translation>
            <numerusform>%Ln of {of} nodes lists no images at the moment. Until this is confirmed, the previous lists are shown.</numerusform>
            <numerusform>%Ln of {of} nodes list no images at the moment. Until this is confirmed, the previous lists are shown.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageTabs</name>
    <message numerus="yes">
        <source>On %Ln node(s)</source>
        <translation>
            <numerusform>On %Ln node</numerusform>
            <numerusform>On %Ln nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not on %Ln</source>
        <translation>
            <numerusform>Not on %Ln</numerusform>
            <numerusform>Not on %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of these lists may hide it: the kubelet lists only the largest images.</source>
        <translation>
            <numerusform>%Ln of these lists may hide it: the kubelet lists only the largest images.</numerusform>
            <numerusform>%Ln of these lists may hide it: the kubelet lists only the largest images.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageUsage</name>
    <message numerus="yes">
        <source>%Ln other version(s)</source>
        <translation>
            <numerusform>%Ln other version</numerusform>
            <numerusform>%Ln other versions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Inventory</name>
    <message numerus="yes">
        <source>%Ln version(s)</source>
        <translation>
            <numerusform>%Ln version</numerusform>
            <numerusform>%Ln versions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pod(s)</source>
        <translation>
            <numerusform>%Ln pod</numerusform>
            <numerusform>%Ln pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>held by %Ln finished pod(s)</source>
        <translation>
            <numerusform>held by %Ln finished pod</numerusform>
            <numerusform>held by %Ln finished pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln held by finished pods</source>
        <translation>
            <numerusform>%Ln held by finished pods</numerusform>
            <numerusform>%Ln held by finished pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unknown</source>
        <translation>
            <numerusform>%Ln unknown</numerusform>
            <numerusform>%Ln unknown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Also held by %Ln finished pod(s)</source>
        <translation>
            <numerusform>Also held by %Ln finished pod</numerusform>
            <numerusform>Also held by %Ln finished pods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Node</name>
    <message numerus="yes">
        <source>%Ln size(s) is/are not believable and left out.</source>
        <translation>
            <numerusform>%Ln size is not believable and left out.</numerusform>
            <numerusform>%Ln sizes are not believable and left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NodeCounts</name>
    <message numerus="yes">
        <source>{nodes}, %Ln of them has/have left the cluster</source>
        <translation>
            <numerusform>{nodes}, %Ln of them has left the cluster</numerusform>
            <numerusform>{nodes}, %Ln of them have left the cluster</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of these nodes has/have left the cluster.</source>
        <translation>
            <numerusform>%Ln of these nodes has left the cluster.</numerusform>
            <numerusform>%Ln of these nodes have left the cluster.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of these nodes is/are hidden by the filter.</source>
        <translation>
            <numerusform>%Ln of these nodes is hidden by the filter.</numerusform>
            <numerusform>%Ln of these nodes are hidden by the filter.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notification</name>
    <message numerus="yes">
        <source>{names} and at least %Ln more</source>
        <translation>
            <numerusform>{names} and at least %Ln more</numerusform>
            <numerusform>{names} and at least %Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} and %Ln more</numerusform>
            <numerusform>{names} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PodSwitch</name>
    <message numerus="yes">
        <source>%Ln pod(s)</source>
        <translation>
            <numerusform>%Ln pod</numerusform>
            <numerusform>%Ln pods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReferenceBar</name>
    <message numerus="yes">
        <source>%Ln image(s) unknown</source>
        <translation>
            <numerusform>%Ln image unknown</numerusform>
            <numerusform>%Ln images unknown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Select at most %Ln node(s) to see which images pods refer to, or use the view Images.</source>
        <translation>
            <numerusform>Select at most %Ln node to see which images pods refer to, or use the view Images.</numerusform>
            <numerusform>Select at most %Ln nodes to see which images pods refer to, or use the view Images.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) came later.</source>
        <translation>
            <numerusform>%Ln image came later.</numerusform>
            <numerusform>%Ln images came later.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pod(s) cannot be read; any image may be theirs.</source>
        <translation>
            <numerusform>%Ln pod cannot be read; any image may be theirs.</numerusform>
            <numerusform>%Ln pods cannot be read; any image may be theirs.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>References</name>
    <message numerus="yes">
        <source>%Ln finished pod(s)</source>
        <translation>
            <numerusform>%Ln finished pod</numerusform>
            <numerusform>%Ln finished pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pods are known on %Ln node(s) only.</source>
        <translation>
            <numerusform>Pods are known on %Ln node only.</numerusform>
            <numerusform>Pods are known on %Ln nodes only.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>order held, %Ln change(s) waiting</source>
        <translation>
            <numerusform>order held, %Ln change waiting</numerusform>
            <numerusform>order held, %Ln changes waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message numerus="yes">
        <source>%Ln change(s) waiting</source>
        <translation>
            <numerusform>%Ln change waiting</numerusform>
            <numerusform>%Ln changes waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TreemapColours</name>
    <message numerus="yes">
        <source>arrived in the last %Ln minute(s)</source>
        <translation>
            <numerusform>arrived in the last %Ln minute</numerusform>
            <numerusform>arrived in the last %Ln minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TreemapCounts</name>
    <message numerus="yes">
        <source>%Ln smaller</source>
        <translation>
            <numerusform>%Ln smaller</numerusform>
            <numerusform>%Ln smaller</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>referenced by %Ln pod(s)</source>
        <translation>
            <numerusform>referenced by %Ln pod</numerusform>
            <numerusform>referenced by %Ln pods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Workloads</name>
    <message numerus="yes">
        <source>%Ln workload(s) scaled to 0 use(s) it.</source>
        <translation>
            <numerusform>%Ln workload scaled to 0 uses it.</numerusform>
            <numerusform>%Ln workloads scaled to 0 use it.</numerusform>
        </translation>
    </message>
</context>
</TS>
