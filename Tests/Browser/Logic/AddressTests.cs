using Microsoft.AspNetCore.Http;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

/// <summary>Tests that the dashboard writes only its own addresses, whatever a browser or a proxy requests.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("", "./")]
    [InlineData("list?show=failing#rows", "./list?show=failing")]
    [InlineData("/evil.example", "./evil.example")]
    [InlineData("//evil.example", "./evil.example")]
    [InlineData("\\\\evil.example", "./evil.example")]
    [InlineData("javascript:alert(1)", "./javascript:alert(1)")]
    public void Here_OfAnyPage_IsBelowTheDashboard(string relative, string expected) => Assert.Equal(expected, Links.Here(relative));

    [Theory]
    [InlineData("", "/tasks/list", "list", "/tasks/")]
    [InlineData("/outside", "/tasks/list", "list", "/outside/tasks/")]
    [InlineData("//evil.example", "/tasks/list", "list", "/evil.example/tasks/")]
    [InlineData("", "//evil.example/tasks", null, "/evil.example/tasks/")]
    [InlineData("", "/tasks//evil.example", null, "/tasks/evil.example/")]
    [InlineData("", "/", null, "/")]
    public void BaseOf_AnyAddress_BeginsWithOneSlash(string pathBase, string path, string? page, string expected)
    {
        var http = new DefaultHttpContext();
        (http.Request.PathBase, http.Request.Path) = (new PathString(pathBase), new PathString(path));
        Assert.Equal(expected, DashboardEndpoints.BaseOf(http.Request, page));
    }
}
