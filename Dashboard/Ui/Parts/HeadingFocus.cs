using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OrleansTasks.Ui;

/// <summary>
/// Moves the focus to the heading of a new page, as <c>FocusOnNavigate</c> does, so that screen readers announce the page. It leaves the
/// focus alone if the user is already typing, which can happen on slow connections.
/// </summary>
public sealed class HeadingFocus : ComponentBase
{
    private Type? _last;
    private bool _isNew;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    /// <summary>Gets or sets the page's type.</summary>
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
