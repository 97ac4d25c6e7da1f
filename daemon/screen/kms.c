#include <roomsign/kms.h>

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include <drm.h>

#define CONNECTORS_MAX 16
#define PROPERTIES_MAX 64
#define CRTCS_MAX 16

static bool is_dpms(int drm_fd, uint32_t property_id)
{
    struct drm_mode_get_property property = {.prop_id = property_id};
    return ioctl(drm_fd, DRM_IOCTL_MODE_GETPROPERTY, &property) == 0 &&
           strcmp(property.name, "DPMS") == 0;
}

static bool switch_connector(int drm_fd, uint32_t connector_id, bool on)
{
    uint32_t properties[PROPERTIES_MAX];
    uint64_t values[PROPERTIES_MAX];
    /* With room for a mode the kernel doesn't ask the monitor for its modes anew. */
    struct drm_mode_modeinfo mode;
    struct drm_mode_get_connector connector = {
        .connector_id = connector_id,
        .count_modes = 1,
        .modes_ptr = (uintptr_t)&mode,
        .count_props = PROPERTIES_MAX,
        .props_ptr = (uintptr_t)properties,
        .prop_values_ptr = (uintptr_t)values,
    };
    if (ioctl(drm_fd, DRM_IOCTL_MODE_GETCONNECTOR, &connector) < 0 || connector.encoder_id == 0 ||
        connector.count_props > PROPERTIES_MAX)
        return false;
    for (uint32_t i = 0; i < connector.count_props; i++) {
        struct drm_mode_connector_set_property wanted = {
            .connector_id = connector_id,
            .prop_id = properties[i],
            .value = on ? DRM_MODE_DPMS_ON : DRM_MODE_DPMS_OFF,
        };
        if (is_dpms(drm_fd, properties[i]))
            return ioctl(drm_fd, DRM_IOCTL_MODE_SETPROPERTY, &wanted) == 0;
    }
    return false;
}

bool kms_power(int drm_fd, bool on)
{
    uint32_t connectors[CONNECTORS_MAX];
    struct drm_mode_card_res resources = {
        .count_connectors = CONNECTORS_MAX,
        .connector_id_ptr = (uintptr_t)connectors,
    };
    if (ioctl(drm_fd, DRM_IOCTL_MODE_GETRESOURCES, &resources) < 0 ||
        resources.count_connectors > CONNECTORS_MAX)
        return false;
    bool switched = false;
    for (uint32_t i = 0; i < resources.count_connectors; i++)
        switched |= switch_connector(drm_fd, connectors[i], on);
    return switched;
}

/* One card may feed several screens; those that are not ours don't change. */
uint64_t kms_frame(int drm_fd)
{
    uint32_t crtcs[CRTCS_MAX];
    uint64_t frame = 0;
    struct drm_mode_card_res resources = {
        .count_crtcs = CRTCS_MAX,
        .crtc_id_ptr = (uintptr_t)crtcs,
    };
    if (ioctl(drm_fd, DRM_IOCTL_MODE_GETRESOURCES, &resources) < 0 ||
        resources.count_crtcs > CRTCS_MAX)
        return 0;
    for (uint32_t i = 0; i < resources.count_crtcs; i++) {
        struct drm_mode_crtc crtc = {.crtc_id = crtcs[i]};
        if (ioctl(drm_fd, DRM_IOCTL_MODE_GETCRTC, &crtc) == 0 && crtc.mode_valid)
            frame = frame * 65599 + crtc.fb_id;
    }
    return frame;
}
