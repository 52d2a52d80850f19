using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OrleansTasks.Ui;

/// <summary>
/// Moves the focus to the heading of a page that has just been come to, as <c>FocusOnNavigate</c> does, so that screen readers say where one is; but not from
/// somebody who types already: far from the server that may be half a second later.
/// </summary>
public sealed class HeadingFocus : ComponentBase
{
    private Type? _last;
    private bool _isNew;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    /// <summary>The page.</summary>
    [Parameter, EditorRequired]
    public Type Page { get; set; } = null!;

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        _isNew |= Page != _last;
        _last = Page;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isNew)
        {
            _isNew = false;
            await Browser.InvokeVoidAsync("tasksDashboard.focusHeading");
        }
    }
}
