from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Unknown(_message.Message):
    __slots__ = ("typeMeta", "raw")
    class TypeMeta(_message.Message):
        __slots__ = ("kind",)
        KIND_FIELD_NUMBER: _ClassVar[int]
        kind: str
        def __init__(self, kind: _Optional[str] = ...) -> None: ...
    TYPEMETA_FIELD_NUMBER: _ClassVar[int]
    RAW_FIELD_NUMBER: _ClassVar[int]
    typeMeta: Unknown.TypeMeta
    raw: bytes
    def __init__(self, typeMeta: _Optional[_Union[Unknown.TypeMeta, _Mapping]] = ..., raw: _Optional[bytes] = ...) -> None: ...

class WatchEvent(_message.Message):
    __slots__ = ("type", "object")
    class RawExtension(_message.Message):
        __slots__ = ("raw",)
        RAW_FIELD_NUMBER: _ClassVar[int]
        raw: bytes
        def __init__(self, raw: _Optional[bytes] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    type: str
    object: WatchEvent.RawExtension
    def __init__(self, type: _Optional[str] = ..., object: _Optional[_Union[WatchEvent.RawExtension, _Mapping]] = ...) -> None: ...

class List(_message.Message):
    __slots__ = ("metadata", "items")
    class ListMeta(_message.Message):
        __slots__ = ("resourceVersion", "continueToken", "remainingItemCount")
        RESOURCEVERSION_FIELD_NUMBER: _ClassVar[int]
        CONTINUETOKEN_FIELD_NUMBER: _ClassVar[int]
        REMAININGITEMCOUNT_FIELD_NUMBER: _ClassVar[int]
        resourceVersion: str
        continueToken: str
        remainingItemCount: int
        def __init__(self, resourceVersion: _Optional[str] = ..., continueToken: _Optional[str] = ..., remainingItemCount: _Optional[int] = ...) -> None: ...
    METADATA_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    metadata: List.ListMeta
    items: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, metadata: _Optional[_Union[List.ListMeta, _Mapping]] = ..., items: _Optional[_Iterable[bytes]] = ...) -> None: ...

class Time(_message.Message):
    __slots__ = ("seconds", "nanos")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    NANOS_FIELD_NUMBER: _ClassVar[int]
    seconds: int
    nanos: int
    def __init__(self, seconds: _Optional[int] = ..., nanos: _Optional[int] = ...) -> None: ...

class Node(_message.Message):
    __slots__ = ("metadata", "spec", "status")
    class ObjectMeta(_message.Message):
        __slots__ = ("name", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "labels")
        NAME_FIELD_NUMBER: _ClassVar[int]
        UID_FIELD_NUMBER: _ClassVar[int]
        RESOURCEVERSION_FIELD_NUMBER: _ClassVar[int]
        CREATIONTIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        DELETIONTIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        LABELS_FIELD_NUMBER: _ClassVar[int]
        name: str
        uid: str
        resourceVersion: str
        creationTimestamp: Time
        deletionTimestamp: Time
        labels: _containers.RepeatedScalarFieldContainer[bytes]
        def __init__(self, name: _Optional[str] = ..., uid: _Optional[str] = ..., resourceVersion: _Optional[str] = ..., creationTimestamp: _Optional[_Union[Time, _Mapping]] = ..., deletionTimestamp: _Optional[_Union[Time, _Mapping]] = ..., labels: _Optional[_Iterable[bytes]] = ...) -> None: ...
    class Taint(_message.Message):
        __slots__ = ("key", "value", "effect")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        EFFECT_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        effect: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ..., effect: _Optional[str] = ...) -> None: ...
    class NodeSpec(_message.Message):
        __slots__ = ("unschedulable", "taints")
        UNSCHEDULABLE_FIELD_NUMBER: _ClassVar[int]
        TAINTS_FIELD_NUMBER: _ClassVar[int]
        unschedulable: bool
        taints: _containers.RepeatedCompositeFieldContainer[Node.Taint]
        def __init__(self, unschedulable: _Optional[bool] = ..., taints: _Optional[_Iterable[_Union[Node.Taint, _Mapping]]] = ...) -> None: ...
    class NodeCondition(_message.Message):
        __slots__ = ("type", "status")
        TYPE_FIELD_NUMBER: _ClassVar[int]
        STATUS_FIELD_NUMBER: _ClassVar[int]
        type: str
        status: str
        def __init__(self, type: _Optional[str] = ..., status: _Optional[str] = ...) -> None: ...
    class NodeSystemInfo(_message.Message):
        __slots__ = ("containerRuntimeVersion",)
        CONTAINERRUNTIMEVERSION_FIELD_NUMBER: _ClassVar[int]
        containerRuntimeVersion: str
        def __init__(self, containerRuntimeVersion: _Optional[str] = ...) -> None: ...
    class NodeStatus(_message.Message):
        __slots__ = ("conditions", "nodeInfo", "images")
        CONDITIONS_FIELD_NUMBER: _ClassVar[int]
        NODEINFO_FIELD_NUMBER: _ClassVar[int]
        IMAGES_FIELD_NUMBER: _ClassVar[int]
        conditions: _containers.RepeatedCompositeFieldContainer[Node.NodeCondition]
        nodeInfo: Node.NodeSystemInfo
        images: _containers.RepeatedScalarFieldContainer[bytes]
        def __init__(self, conditions: _Optional[_Iterable[_Union[Node.NodeCondition, _Mapping]]] = ..., nodeInfo: _Optional[_Union[Node.NodeSystemInfo, _Mapping]] = ..., images: _Optional[_Iterable[bytes]] = ...) -> None: ...
    METADATA_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    metadata: Node.ObjectMeta
    spec: Node.NodeSpec
    status: Node.NodeStatus
    def __init__(self, metadata: _Optional[_Union[Node.ObjectMeta, _Mapping]] = ..., spec: _Optional[_Union[Node.NodeSpec, _Mapping]] = ..., status: _Optional[_Union[Node.NodeStatus, _Mapping]] = ...) -> None: ...

class Pod(_message.Message):
    __slots__ = ("metadata", "spec", "status")
    class OwnerReference(_message.Message):
        __slots__ = ("kind", "name", "controller")
        KIND_FIELD_NUMBER: _ClassVar[int]
        NAME_FIELD_NUMBER: _ClassVar[int]
        CONTROLLER_FIELD_NUMBER: _ClassVar[int]
        kind: str
        name: str
        controller: bool
        def __init__(self, kind: _Optional[str] = ..., name: _Optional[str] = ..., controller: _Optional[bool] = ...) -> None: ...
    class ObjectMeta(_message.Message):
        __slots__ = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "ownerReferences")
        NAME_FIELD_NUMBER: _ClassVar[int]
        NAMESPACE_FIELD_NUMBER: _ClassVar[int]
        UID_FIELD_NUMBER: _ClassVar[int]
        RESOURCEVERSION_FIELD_NUMBER: _ClassVar[int]
        CREATIONTIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        DELETIONTIMESTAMP_FIELD_NUMBER: _ClassVar[int]
        OWNERREFERENCES_FIELD_NUMBER: _ClassVar[int]
        name: str
        namespace: str
        uid: str
        resourceVersion: str
        creationTimestamp: Time
        deletionTimestamp: Time
        ownerReferences: _containers.RepeatedCompositeFieldContainer[Pod.OwnerReference]
        def __init__(self, name: _Optional[str] = ..., namespace: _Optional[str] = ..., uid: _Optional[str] = ..., resourceVersion: _Optional[str] = ..., creationTimestamp: _Optional[_Union[Time, _Mapping]] = ..., deletionTimestamp: _Optional[_Union[Time, _Mapping]] = ..., ownerReferences: _Optional[_Iterable[_Union[Pod.OwnerReference, _Mapping]]] = ...) -> None: ...
    class Container(_message.Message):
        __slots__ = ("name", "image")
        NAME_FIELD_NUMBER: _ClassVar[int]
        IMAGE_FIELD_NUMBER: _ClassVar[int]
        name: str
        image: str
        def __init__(self, name: _Optional[str] = ..., image: _Optional[str] = ...) -> None: ...
    class EphemeralContainer(_message.Message):
        __slots__ = ("common",)
        COMMON_FIELD_NUMBER: _ClassVar[int]
        common: Pod.Container
        def __init__(self, common: _Optional[_Union[Pod.Container, _Mapping]] = ...) -> None: ...
    class ImageVolumeSource(_message.Message):
        __slots__ = ("reference",)
        REFERENCE_FIELD_NUMBER: _ClassVar[int]
        reference: str
        def __init__(self, reference: _Optional[str] = ...) -> None: ...
    class VolumeSource(_message.Message):
        __slots__ = ("image",)
        IMAGE_FIELD_NUMBER: _ClassVar[int]
        image: Pod.ImageVolumeSource
        def __init__(self, image: _Optional[_Union[Pod.ImageVolumeSource, _Mapping]] = ...) -> None: ...
    class Volume(_message.Message):
        __slots__ = ("name", "volumeSource")
        NAME_FIELD_NUMBER: _ClassVar[int]
        VOLUMESOURCE_FIELD_NUMBER: _ClassVar[int]
        name: str
        volumeSource: Pod.VolumeSource
        def __init__(self, name: _Optional[str] = ..., volumeSource: _Optional[_Union[Pod.VolumeSource, _Mapping]] = ...) -> None: ...
    class PodSpec(_message.Message):
        __slots__ = ("volumes", "containers", "nodeName", "initContainers", "ephemeralContainers")
        VOLUMES_FIELD_NUMBER: _ClassVar[int]
        CONTAINERS_FIELD_NUMBER: _ClassVar[int]
        NODENAME_FIELD_NUMBER: _ClassVar[int]
        INITCONTAINERS_FIELD_NUMBER: _ClassVar[int]
        EPHEMERALCONTAINERS_FIELD_NUMBER: _ClassVar[int]
        volumes: _containers.RepeatedCompositeFieldContainer[Pod.Volume]
        containers: _containers.RepeatedCompositeFieldContainer[Pod.Container]
        nodeName: str
        initContainers: _containers.RepeatedCompositeFieldContainer[Pod.Container]
        ephemeralContainers: _containers.RepeatedCompositeFieldContainer[Pod.EphemeralContainer]
        def __init__(self, volumes: _Optional[_Iterable[_Union[Pod.Volume, _Mapping]]] = ..., containers: _Optional[_Iterable[_Union[Pod.Container, _Mapping]]] = ..., nodeName: _Optional[str] = ..., initContainers: _Optional[_Iterable[_Union[Pod.Container, _Mapping]]] = ..., ephemeralContainers: _Optional[_Iterable[_Union[Pod.EphemeralContainer, _Mapping]]] = ...) -> None: ...
    class ImageVolumeStatus(_message.Message):
        __slots__ = ("imageRef",)
        IMAGEREF_FIELD_NUMBER: _ClassVar[int]
        imageRef: str
        def __init__(self, imageRef: _Optional[str] = ...) -> None: ...
    class VolumeStatus(_message.Message):
        __slots__ = ("image",)
        IMAGE_FIELD_NUMBER: _ClassVar[int]
        image: Pod.ImageVolumeStatus
        def __init__(self, image: _Optional[_Union[Pod.ImageVolumeStatus, _Mapping]] = ...) -> None: ...
    class VolumeMountStatus(_message.Message):
        __slots__ = ("name", "volumeStatus")
        NAME_FIELD_NUMBER: _ClassVar[int]
        VOLUMESTATUS_FIELD_NUMBER: _ClassVar[int]
        name: str
        volumeStatus: Pod.VolumeStatus
        def __init__(self, name: _Optional[str] = ..., volumeStatus: _Optional[_Union[Pod.VolumeStatus, _Mapping]] = ...) -> None: ...
    class ContainerStatus(_message.Message):
        __slots__ = ("name", "image", "imageID", "volumeMounts")
        NAME_FIELD_NUMBER: _ClassVar[int]
        IMAGE_FIELD_NUMBER: _ClassVar[int]
        IMAGEID_FIELD_NUMBER: _ClassVar[int]
        VOLUMEMOUNTS_FIELD_NUMBER: _ClassVar[int]
        name: str
        image: str
        imageID: str
        volumeMounts: _containers.RepeatedCompositeFieldContainer[Pod.VolumeMountStatus]
        def __init__(self, name: _Optional[str] = ..., image: _Optional[str] = ..., imageID: _Optional[str] = ..., volumeMounts: _Optional[_Iterable[_Union[Pod.VolumeMountStatus, _Mapping]]] = ...) -> None: ...
    class PodStatus(_message.Message):
        __slots__ = ("phase", "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
        PHASE_FIELD_NUMBER: _ClassVar[int]
        CONTAINERSTATUSES_FIELD_NUMBER: _ClassVar[int]
        INITCONTAINERSTATUSES_FIELD_NUMBER: _ClassVar[int]
        EPHEMERALCONTAINERSTATUSES_FIELD_NUMBER: _ClassVar[int]
        phase: str
        containerStatuses: _containers.RepeatedCompositeFieldContainer[Pod.ContainerStatus]
        initContainerStatuses: _containers.RepeatedCompositeFieldContainer[Pod.ContainerStatus]
        ephemeralContainerStatuses: _containers.RepeatedCompositeFieldContainer[Pod.ContainerStatus]
        def __init__(self, phase: _Optional[str] = ..., containerStatuses: _Optional[_Iterable[_Union[Pod.ContainerStatus, _Mapping]]] = ..., initContainerStatuses: _Optional[_Iterable[_Union[Pod.ContainerStatus, _Mapping]]] = ..., ephemeralContainerStatuses: _Optional[_Iterable[_Union[Pod.ContainerStatus, _Mapping]]] = ...) -> None: ...
    METADATA_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    metadata: Pod.ObjectMeta
    spec: Pod.PodSpec
    status: Pod.PodStatus
    def __init__(self, metadata: _Optional[_Union[Pod.ObjectMeta, _Mapping]] = ..., spec: _Optional[_Union[Pod.PodSpec, _Mapping]] = ..., status: _Optional[_Union[Pod.PodStatus, _Mapping]] = ...) -> None: ...

class Workload(_message.Message):
    __slots__ = ("metadata", "spec")
    class ObjectMeta(_message.Message):
        __slots__ = ("name", "namespace", "uid", "resourceVersion")
        NAME_FIELD_NUMBER: _ClassVar[int]
        NAMESPACE_FIELD_NUMBER: _ClassVar[int]
        UID_FIELD_NUMBER: _ClassVar[int]
        RESOURCEVERSION_FIELD_NUMBER: _ClassVar[int]
        name: str
        namespace: str
        uid: str
        resourceVersion: str
        def __init__(self, name: _Optional[str] = ..., namespace: _Optional[str] = ..., uid: _Optional[str] = ..., resourceVersion: _Optional[str] = ...) -> None: ...
    class PodTemplateSpec(_message.Message):
        __slots__ = ("spec",)
        SPEC_FIELD_NUMBER: _ClassVar[int]
        spec: Pod.PodSpec
        def __init__(self, spec: _Optional[_Union[Pod.PodSpec, _Mapping]] = ...) -> None: ...
    class WorkloadSpec(_message.Message):
        __slots__ = ("replicas", "template")
        REPLICAS_FIELD_NUMBER: _ClassVar[int]
        TEMPLATE_FIELD_NUMBER: _ClassVar[int]
        replicas: int
        template: Workload.PodTemplateSpec
        def __init__(self, replicas: _Optional[int] = ..., template: _Optional[_Union[Workload.PodTemplateSpec, _Mapping]] = ...) -> None: ...
    METADATA_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    metadata: Workload.ObjectMeta
    spec: Workload.WorkloadSpec
    def __init__(self, metadata: _Optional[_Union[Workload.ObjectMeta, _Mapping]] = ..., spec: _Optional[_Union[Workload.WorkloadSpec, _Mapping]] = ...) -> None: ...

class Outline(_message.Message):
    __slots__ = ("metadata",)
    class ObjectMeta(_message.Message):
        __slots__ = ("name", "namespace", "resourceVersion", "annotations")
        NAME_FIELD_NUMBER: _ClassVar[int]
        NAMESPACE_FIELD_NUMBER: _ClassVar[int]
        RESOURCEVERSION_FIELD_NUMBER: _ClassVar[int]
        ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
        name: str
        namespace: str
        resourceVersion: str
        annotations: _containers.RepeatedScalarFieldContainer[bytes]
        def __init__(self, name: _Optional[str] = ..., namespace: _Optional[str] = ..., resourceVersion: _Optional[str] = ..., annotations: _Optional[_Iterable[bytes]] = ...) -> None: ...
    METADATA_FIELD_NUMBER: _ClassVar[int]
    metadata: Outline.ObjectMeta
    def __init__(self, metadata: _Optional[_Union[Outline.ObjectMeta, _Mapping]] = ...) -> None: ...

class Label(_message.Message):
    __slots__ = ("key", "value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: str
    def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class ContainerImage(_message.Message):
    __slots__ = ("names", "sizeBytes")
    NAMES_FIELD_NUMBER: _ClassVar[int]
    SIZEBYTES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    sizeBytes: int
    def __init__(self, names: _Optional[_Iterable[str]] = ..., sizeBytes: _Optional[int] = ...) -> None: ...

class RawContainerImage(_message.Message):
    __slots__ = ("names", "sizeBytes")
    NAMES_FIELD_NUMBER: _ClassVar[int]
    SIZEBYTES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[bytes]
    sizeBytes: int
    def __init__(self, names: _Optional[_Iterable[bytes]] = ..., sizeBytes: _Optional[int] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ("message", "reason", "details", "code")
    class StatusDetails(_message.Message):
        __slots__ = ("retryAfterSeconds",)
        RETRYAFTERSECONDS_FIELD_NUMBER: _ClassVar[int]
        retryAfterSeconds: int
        def __init__(self, retryAfterSeconds: _Optional[int] = ...) -> None: ...
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    message: str
    reason: str
    details: Status.StatusDetails
    code: int
    def __init__(self, message: _Optional[str] = ..., reason: _Optional[str] = ..., details: _Optional[_Union[Status.StatusDetails, _Mapping]] = ..., code: _Optional[int] = ...) -> None: ...
