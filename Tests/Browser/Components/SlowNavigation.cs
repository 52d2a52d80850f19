using Microsoft.AspNetCore.Components;

namespace OrleansTasks.Tests.Browser;

/// <summary>A browser that comes to an address only when a test says so, as one far away does.</summary>
internal sealed class SlowNavigation : NavigationManager
{
    private readonly Queue<string> _asked = new();

    public SlowNavigation() => Initialize("http://localhost/tasks/", "http://localhost/tasks/list");

    public int UnderWay => _asked.Count;

    /// <summary>Comes to the address that was asked for first.</summary>
    public void Arrive() => Open(_asked.Dequeue());

    /// <summary>Comes to an address that nobody on the page asked for, as by a link.</summary>
    public void Open(string address)
    {
        Uri = ToAbsoluteUri(address).ToString();
        NotifyLocationChanged(isInterceptedLink: false);
    }

    protected override void NavigateToCore(string uri, NavigationOptions options) => _asked.Enqueue(uri);
}
