using Microsoft.AspNetCore.Components;

namespace OrleansTasks.Tests.Browser;

/// <summary>Represents a slow browser. It arrives at an address only when the test says so.</summary>
internal sealed class SlowNavigation : NavigationManager
{
    private readonly Queue<string> _asked = new();

    public SlowNavigation() => Initialize("http://localhost/tasks/", "http://localhost/tasks/list");

    public int UnderWay => _asked.Count;

    /// <summary>Arrives at the address that was requested first.</summary>
    public void Arrive() => Open(_asked.Dequeue());

    /// <summary>Arrives at an address that the page did not request, as through a link.</summary>
    public void Open(string address)
    {
        Uri = ToAbsoluteUri(address).ToString();
        NotifyLocationChanged(isInterceptedLink: false);
    }

    protected override void NavigateToCore(string uri, NavigationOptions options) => _asked.Enqueue(uri);
}
